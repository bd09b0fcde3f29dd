"""What a tenant file scripts: answers that go wrong, and changes that others make while the caller works."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.sandbox.fields import Fields

_FAULT_KEYS = frozenset(
    ("path", "methods", "skip", "times", "status", "code", "message", "headers", "body", "drop", "after")
)
_CHANGE_KEYS = frozenset(("put", "merge", "delete"))
_EVENT_KEYS = _CHANGE_KEYS | {"path", "methods", "after", "then"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An answer given instead of the one due, where the pattern is found in the decoded ``path?query``.

    `methods` empty means every method. The first `skip` requests that match pass unharmed; `times` None means
    for ever after. `body` None means an ARM error body made of `code` and `message`, a string is sent as it
    is with ``text/html``, anything else as JSON. `status` None: the connection is dropped without an answer.
    `is_late`: the request takes effect first, and only its answer is lost.
    """

    pattern: re.Pattern[str]
    methods: frozenset[str]
    skip: int
    times: int | None
    status: int | None
    code: str | None
    message: str | None
    headers: Mapping[str, str]
    body: object
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of the tenant: resources to put whole, patches to merge (RFC 7396), ids to delete."""

    put: tuple[Mapping[str, Any], ...] = ()
    merge: tuple[Mapping[str, Any], ...] = ()
    delete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change that happens once, right after the answer to the `after`-th request that matches (from 1).

    `then` are events that start counting only when this one has happened.
    """

    pattern: re.Pattern[str]
    methods: frozenset[str]
    after: int
    change: Change
    then: tuple[Event, ...]


def read_fault(fields: Fields) -> Fault:
    """Check one entry of ``faults``. Raises TenantFileError."""
    fields.refuse_unknown(_FAULT_KEYS)
    headers = Fields(fields.value("headers", {}), f"{fields.where}headers.")
    return Fault(
        pattern=fields.pattern("path"),
        methods=_methods(fields),
        skip=fields.integer("skip", 0),
        times=None if fields.value("times", None) is None else fields.integer("times"),
        status=_status(fields),
        code=fields.optional_text("code"),
        message=fields.optional_text("message"),
        headers={name: headers.text(name) for name in headers.content},
        body=fields.value("body", None),
        is_late=fields.switch("after"),
    )


def _status(fields: Fields) -> int | None:
    if fields.switch("drop"):
        if fields.value("status", None) is not None:
            raise fields.problem("status", "a dropped connection has none")
        return None
    status = fields.integer("status")
    if not 200 <= status <= 599:
        raise fields.problem("status", "must be an HTTP status from 200 to 599")
    return status


def read_event(fields: Fields) -> Event:
    """Check one entry of ``events``. Raises TenantFileError."""
    fields.refuse_unknown(_EVENT_KEYS)
    after = fields.integer("after", 1)
    if after < 1:
        raise fields.problem("after", "must be 1 or more")
    return Event(
        pattern=fields.pattern("path"),
        methods=_methods(fields),
        after=after,
        change=_change(fields),
        then=tuple(read_event(entry) for entry in fields.each("then")),
    )


def _change(fields: Fields) -> Change:
    for entry in fields.each("put"):
        for name in ("id", "name", "type"):
            entry.text(name)
    for entry in fields.each("merge"):
        entry.text("id")
    return Change(
        put=tuple(fields.value("put", [])),
        merge=tuple(fields.value("merge", [])),
        delete=fields.texts("delete"),
    )


def _methods(fields: Fields) -> frozenset[str]:
    return frozenset(method.upper() for method in fields.texts("methods"))
