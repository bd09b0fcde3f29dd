"""Changes that others make while the caller works, each at a moment that the tenant file names."""

from __future__ import annotations

from auditor.sandbox.request import Request
from auditor.sandbox.script import Change, Event
from auditor.sandbox.tenant import Tenant


class Events:
    """The events of one tenant that have not happened yet, and how many requests each still waits for."""

    def __init__(self, tenant: Tenant) -> None:
        self._waiting: list[tuple[Event, int]] = [(event, event.after) for event in tenant.events]

    def due_after(self, request: Request) -> list[Change]:
        """The changes that this request's answer was the last one before."""
        due: list[Event] = []
        waiting: list[tuple[Event, int]] = []
        for event, left in self._waiting:
            still = left - 1 if _matches(event, request) else left
            if still:
                waiting.append((event, still))
            else:
                due.append(event)
        following = [(event, event.after) for happened in due for event in happened.then]
        self._waiting = [*waiting, *following]
        return [event.change for event in due]


def _matches(event: Event, request: Request) -> bool:
    if event.methods and request.method not in event.methods:
        return False
    return event.pattern.search(request.target) is not None
