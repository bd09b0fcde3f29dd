"""Reads Azure Resource Manager: one pipeline for every provider and subscription, the wire decoded by us.

Not the typed clients: they cost ten to twenty times the time and drop facts that are audited
(docs/decisions/reading-the-wire.md).
"""

from __future__ import annotations

import codecs
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlsplit

from auditor.collect.refusal import ReadFailed, from_answer, from_error, malformed, not_json

log = logging.getLogger(__name__)

# Without the second header aiohttp offers every compression that is installed; azure-core unpacks only these.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate"}


class ArmReader:
    """GETs from one ARM endpoint. `client` is an AsyncARMPipelineClient; `timeout_s` bounds each request."""

    def __init__(self, client: Any, arm_url: str, timeout_s: float) -> None:
        self._client = client
        self._arm_url = arm_url.rstrip("/")
        self._timeout_s = timeout_s

    async def get(self, path: str, api_version: str) -> dict[str, Any]:
        """One object. Raises ReadFailed."""
        return await self._fetch(self._url(path, api_version))

    async def pages(self, path: str, api_version: str) -> AsyncIterator[list[Any]]:
        """Every page of a list, to its end. Raises ReadFailed, also after pages that were good.

        A nextLink is followed only to the host the list came from, and once.
        """
        url: str | None = self._url(path, api_version)
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
            url = self._next(page)

    def _url(self, path: str, api_version: str) -> str:
        """`path` may carry a query; characters that ARM ids cannot hold are quoted."""
        bare, _, query = path.partition("?")
        joined = f"{query}&" if query else ""
        return f"{self._arm_url}{quote(bare, safe='/()')}?{joined}api-version={api_version}"

    def _next(self, page: dict[str, Any]) -> str | None:
        link = page.get("nextLink") or page.get("@nextLink")
        if not link:
            return None
        if not isinstance(link, str) or _origin(link) != _origin(self._arm_url):
            raise malformed("a page's nextLink leads to another host")
        return link

    async def _fetch(self, url: str) -> dict[str, Any]:
        import zlib

        from azure.core.exceptions import AzureError
        from azure.core.rest import HttpRequest

        request = HttpRequest("GET", url, headers=_HEADERS)
        try:
            response = await self._client.send_request(
                request, connection_timeout=self._timeout_s, read_timeout=self._timeout_s
            )
        except AzureError as error:
            raise from_error(error) from error
        except zlib.error as error:
            raise malformed("the answer is not compressed as it says") from error
        log.debug("%s answered %d", url, response.status_code)
        return _decoded(response.status_code, response.content)


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
    if not isinstance(body, dict):
        raise malformed("the answer is not a JSON object")
    if body.get("error") and "id" not in body:
        raise from_answer(status, body)
    return body


def _unreadable(status: int, said: str) -> ReadFailed:
    return from_answer(status, None) if status >= 400 and said == "empty" else not_json(status, said)
