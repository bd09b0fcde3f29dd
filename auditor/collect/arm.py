"""Reads JSON over HTTP, above all Azure Resource Manager's: one pipeline, the wire decoded by us.

Not the typed clients: they cost ten to twenty times the time and drop facts that are audited
(docs/decisions/reading-the-wire.md).
"""

from __future__ import annotations

import codecs
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from auditor.collect.refusal import ReadFailed, from_answer, from_error, malformed, not_json

log = logging.getLogger(__name__)

# Without the second header aiohttp offers every compression that is installed; azure-core unpacks only these.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
# A private endpoint out of reach swallows what is sent to it: each list of a service waits this long, thrice.
_SEARCH_CONNECT_TIMEOUT_S = 10.0
_NEXT_LINKS = ("nextLink", "@nextLink", "@odata.nextLink")
# https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftsearch
_SERVICE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?", re.IGNORECASE | re.ASCII)


Endpoint = Literal["arm", "search"]
"""Where something is read: Azure Resource Manager, or the search services themselves."""

Method = Literal["GET", "POST"]


class Reader(ABC):
    """Reads objects and lists of one kind of endpoint, through a pipeline that guards what may leave.

    `client` is an azure-core pipeline client; `timeout_s` bounds each request, `connect_timeout_s` the wait
    for a connection (None: as long).
    """

    def __init__(self, client: Any, timeout_s: float, connect_timeout_s: float | None = None) -> None:
        self._client = client
        self._timeout_s = timeout_s
        self._connect_timeout_s = timeout_s if connect_timeout_s is None else connect_timeout_s

    @abstractmethod
    def _root(self, path: str) -> tuple[str, str]:
        """The address that a path is below, without a trailing slash, and the rest of the path."""

    async def get(self, path: str, api_version: str, method: Method = "GET") -> dict[str, Any]:
        """One object. Raises ReadFailed."""
        return await self._fetch(self._url(path, api_version), method)

    async def pages(self, path: str, api_version: str) -> AsyncIterator[list[Any]]:
        """Every page of a list, to its end. Raises ReadFailed, also after pages that were good.

        A nextLink is followed only to the host the list came from, and once.
        """
        first = self._url(path, api_version)
        origin = _origin(first)
        url: str | None = first
        followed = set[str]()
        while url is not None:
            if url in followed:
                raise malformed("a page's nextLink leads back to an earlier page")
            followed.add(url)
            page = await self._fetch(url)
            rows = page.get("value")
            if not isinstance(rows, list):
                raise malformed("the answer has no list under `value`")
            yield rows
            url = _next(page, origin)

    def _url(self, path: str, api_version: str) -> str:
        """`path` may carry a query; characters that ARM ids cannot hold are quoted."""
        root, below = self._root(path)
        bare, _, query = below.partition("?")
        joined = f"{query}&" if query else ""
        return f"{root}{quote(bare, safe='/()')}?{joined}api-version={api_version}"

    async def _fetch(self, url: str, method: Method = "GET") -> dict[str, Any]:
        import zlib

        from azure.core.exceptions import AzureError
        from azure.core.rest import HttpRequest

        request = HttpRequest(method, url, headers=_HEADERS)
        try:
            response = await self._client.send_request(
                request, connection_timeout=self._connect_timeout_s, read_timeout=self._timeout_s
            )
        except AzureError as error:
            raise from_error(error) from error
        except zlib.error as error:
            raise malformed("the answer is not compressed as it says") from error
        log.debug("%s answered %d", url, response.status_code)
        return _decoded(response.status_code, response.content)


class ArmReader(Reader):
    """Reads one Azure Resource Manager; paths are ARM ids with what follows them."""

    def __init__(self, client: Any, arm_url: str, timeout_s: float) -> None:
        super().__init__(client, timeout_s)
        self._arm_url = arm_url.rstrip("/")

    def _root(self, path: str) -> tuple[str, str]:
        return self._arm_url, path


class SearchReader(Reader):
    """Reads search services at their own endpoints: a path's first segment is the service's name.

    `suffix` is what stands behind the name in the host (`search.windows.net`).
    """

    def __init__(self, client: Any, suffix: str, timeout_s: float) -> None:
        super().__init__(client, timeout_s, min(timeout_s, _SEARCH_CONNECT_TIMEOUT_S))
        self._suffix = suffix

    def _root(self, path: str) -> tuple[str, str]:
        service, _, below = path.removeprefix("/").partition("/")
        if not _SERVICE_NAME.fullmatch(service):
            raise malformed("the service's name cannot be part of a host's name")
        return f"https://{service.lower()}.{self._suffix}", f"/{below}"


Readers = Mapping[Endpoint, Reader]


def _next(page: dict[str, Any], origin: tuple[str, str] | None) -> str | None:
    link = next(filter(None, (page.get(name) for name in _NEXT_LINKS)), None)
    if link is None:
        return None
    if not isinstance(link, str) or _origin(link) != origin:
        raise malformed("a page's nextLink leads to another host")
    return link


def _origin(url: str) -> tuple[str, str] | None:
    """Scheme and host, compared as ARM writes them: in any case, with the standard port or without."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme.lower(), parts.netloc.lower().removesuffix(":443")


def _decoded(status: int, content: bytes) -> dict[str, Any]:
    import orjson

    try:
        body = orjson.loads(content.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        said = "empty" if not content.strip() else "an HTML page" if b"<" in content[:100] else "not JSON"
        raise _unreadable(status, said) from None
    if status >= 400:
        raise from_answer(status, body)
    if status >= 300:
        raise malformed("the answer leads to another address", status)
    if not isinstance(body, dict):
        raise malformed("the answer is not a JSON object")
    if body.get("error") and "id" not in body:
        raise from_answer(status, body)
    return body


def _unreadable(status: int, said: str) -> ReadFailed:
    return from_answer(status, None) if status >= 400 and said == "empty" else not_json(status, said)
