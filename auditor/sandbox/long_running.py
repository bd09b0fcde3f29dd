"""Operations that take their time: accepted at once, polled, over after a number of answers, not seconds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from auditor.sandbox.request import Request
from auditor.sandbox.responses import ArmResponse, error, json_response
from auditor.sandbox.scopes import ArmPath, key
from auditor.sandbox.tenant import LongRunning

# https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
_STATUS = "operationsStatus"
_RESULT = "operationResults"
_NAMESPACE = uuid.UUID("5f0c2d4e-6f0b-4f0e-9a55-9d0a3c1b7a11")


class Style(Enum):
    """How a provider answers the request that starts an operation: status, header of the link, its kind."""

    CREATED_ASYNC = (201, "Azure-AsyncOperation", _STATUS)
    ACCEPTED_LOCATION = (202, "Location", _RESULT)


@dataclass(slots=True, kw_only=True)
class _Operation:
    resource_key: str
    left: int
    finish: Callable[[], object]
    """Makes the change and returns the body of the result."""
    result: object = None
    is_done: bool = False

    def advance(self) -> None:
        """One more look at it: time passes only by being asked for."""
        if self.is_done:
            return
        if self.left:
            self.left -= 1
            return
        self.is_done = True
        self.result = self.finish()


class Operations:
    """The operations of one tenant, in the order they were started."""

    def __init__(self, pace: LongRunning) -> None:
        self._pace = pace
        self._by_name: dict[str, _Operation] = {}

    def start(
        self, request: Request, path: ArmPath, style: Style, body: object, finish: Callable[[], object]
    ) -> ArmResponse:
        """Accept the request. `body` is the resource meanwhile; `finish` is called once, when it is over."""
        name = str(uuid.uuid5(_NAMESPACE, f"{len(self._by_name)} {request.method} {key(path.full)}"))
        changed = path.owner if path.is_collection else path.full
        self._by_name[name] = _Operation(resource_key=key(changed), left=self._pace.polls, finish=finish)
        status, header, kind = style.value
        where = f"{request.base}/subscriptions/{path.subscription_id}/providers/{path.namespace}"
        link = f"{where}/locations/global/{kind}/{name}?api-version={request.parameter('api-version')}"
        return json_response(body, status, {header: link, **self._pace.headers})

    def answer(self, path: ArmPath) -> ArmResponse | None:
        """The answer to a poll; None when the path is not one of an operation."""
        if [part.lower() for part in path.types[:1]] != ["locations"] or len(path.rest) != 4:
            return None
        kind, name = path.rest[2].lower(), path.rest[3].lower()
        if kind not in (_STATUS.lower(), _RESULT.lower()):
            return None
        operation = self._by_name.get(name)
        if operation is None:
            return error(404, "NotFound", f"The operation '{name}' was not found.")
        operation.advance()
        return self._progress(path, operation) if kind == _STATUS.lower() else self._outcome(operation)

    def look_at(self, resource_key: str) -> None:
        """A read of the resource: its operations go on, so a caller who lost their links sees the end."""
        for operation in self._by_name.values():
            if operation.resource_key == resource_key:
                operation.advance()

    def _progress(self, path: ArmPath, operation: _Operation) -> ArmResponse:
        body: Mapping[str, Any] = {
            "id": path.full,
            "name": path.rest[3],
            "status": "Succeeded" if operation.is_done else "InProgress",
        }
        return json_response(body, 200, {} if operation.is_done else self._pace.headers)

    def _outcome(self, operation: _Operation) -> ArmResponse:
        if operation.is_done:
            return json_response(operation.result)
        return ArmResponse(status=202, headers=self._pace.headers)
