"""One ARM object as it is now."""

from __future__ import annotations

from typing import Any

from auditor.collect.arm import Reader
from auditor.collect.refusal import ReadFailed


async def read_object(reader: Reader, object_id: str, api_version: str) -> dict[str, Any] | None:
    """None where it is not there. Raises ReadFailed for every other refusal."""
    try:
        return await reader.get(object_id, api_version)
    except ReadFailed as failure:
        if failure.status == 404:
            return None
        raise


async def read_list(reader: Reader, path: str, api_version: str) -> list[dict[str, Any]]:
    """The objects of a whole list. Raises ReadFailed."""
    pages = [page async for page in reader.pages(path, api_version)]
    return [row for page in pages for row in page if isinstance(row, dict)]
