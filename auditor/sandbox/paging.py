"""Pages of a collection, linked as ARM links them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.sandbox.request import SKIP_TOKEN, Request
from auditor.sandbox.responses import ArmResponse, error, json_response


def page(request: Request, items: Sequence[object], size: int, link: str) -> ArmResponse:
    """The page that the request's skip token names, the first without one.

    A list of one page has no link at all; the last of several has a null one, as some providers send. `link`
    is the name of that key.
    """
    start = _start(request.parameter(SKIP_TOKEN))
    if start is None:
        return error(400, "InvalidSkipToken", "The skip token is malformed.")
    end = start + size
    body: dict[str, Any] = {"value": items[start:end]}
    if end < len(items):
        body[link] = request.url_with(SKIP_TOKEN, f"{end:08x}")
    elif start:
        body[link] = None
    return json_response(body)


def _start(token: str | None) -> int | None:
    """Where the page begins; None for a token that no page gave out."""
    if token is None:
        return 0
    if len(token) != 8 or not set(token) <= set("0123456789abcdef"):
        return None
    return int(token, 16)
