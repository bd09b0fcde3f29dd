"""Which cloud to talk to: one of the table, or any other by its address, as the Azure CLI finds it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from auditor.errors import NothingAudited
from auditor.model.clouds import CLOUDS, Cloud

METADATA_API_VERSION = "2022-09-01"


async def cloud_at(arm_endpoint: str, session: Any, timeout_s: float) -> Cloud:
    """The cloud behind an ARM address, from its `/metadata/endpoints`.

    `session` is an aiohttp.ClientSession. Raises NothingAudited where the address does not answer with
    endpoints: it is not an ARM, not reachable, or its certificate is not trusted.
    """
    import aiohttp

    base = arm_endpoint.rstrip("/")
    url = f"{base}/metadata/endpoints?api-version={METADATA_API_VERSION}"
    try:
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        async with session.get(url, timeout=timeout, headers={"Accept-Encoding": "identity"}) as response:
            content = await response.read()
    except aiohttp.ClientConnectorCertificateError as error:
        hint = "Name the authority that signed it with --ca-bundle FILE."
        raise NothingAudited(f"the certificate of {base} is not trusted", hint) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        said = f"{base} does not answer: {str(error) or f'nothing came in {timeout_s:g} s'}"
        raise NothingAudited(said, "Check --arm-endpoint and the way there.") from error
    return _read(base, content)


def named_cloud(name: str) -> Cloud:
    return CLOUDS[name]


def _read(base: str, content: bytes) -> Cloud:
    hint = "Give the address of an Azure Resource Manager with --arm-endpoint."
    try:
        found = json.loads(content)
        entry = _entry_of(base, found) if isinstance(found, list) else found
        authentication, suffixes = entry["authentication"], entry.get("suffixes") or {}
        usual = _usual(base)
        search_suffix = str(suffixes.get("azureSearch") or usual.search_suffix)
        return Cloud(
            name=str(entry.get("name") or urlsplit(base).hostname),
            arm_url=base,
            scope=authentication["audiences"][0].rstrip("/") + "/.default",
            authority=authentication["loginEndpoint"].rstrip("/"),
            storage_suffix=str(suffixes.get("storage") or usual.storage_suffix),
            search_suffix=search_suffix,
            search_scope=_search_scope(search_suffix),
            verifies_authority=False,
        )
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise NothingAudited(f"{base} does not describe itself as a cloud's endpoint", hint) from error


def _usual(base: str) -> Cloud:
    """The cloud of the table at this address, whose suffixes hold where it names none; else the public."""
    return next((cloud for cloud in CLOUDS.values() if cloud.arm_url == base), CLOUDS["AzureCloud"])


def _search_scope(suffix: str) -> str:
    """No metadata names the audience of search services. Every cloud's but the public one's is its suffix."""
    known = (cloud.search_scope for cloud in CLOUDS.values() if cloud.search_suffix == suffix)
    return next(known, f"https://{suffix}/.default")


def _entry_of(base: str, clouds: list[Any]) -> dict[str, Any]:
    """Public ARM answers a list of clouds: the one whose Resource Manager is at this address."""
    host = urlsplit(base).hostname
    for entry in clouds:
        if urlsplit(entry["resourceManager"]).hostname == host:
            found: dict[str, Any] = entry
            return found
    raise KeyError(host)
