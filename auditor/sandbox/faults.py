"""Answers that a tenant file puts in place of the right ones: refusals, throttling, broken pages, silence."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.sandbox.request import Request
from auditor.sandbox.responses import (
    ArmResponse,
    authorization_failed_message,
    error,
    json_response,
    resource_not_found_message,
)
from auditor.sandbox.scopes import action_of
from auditor.sandbox.script import Fault
from auditor.sandbox.tenant import Tenant

_USUAL_CODES: Mapping[int, str] = {
    401: "InvalidAuthenticationToken",
    403: "AuthorizationFailed",
    404: "ResourceNotFound",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


class ConnectionDropped(Exception):
    """The scripted end of a connection: no answer is given, whatever the request has done."""


class Faults:
    """The faults of one tenant and how often each has struck or was passed by."""

    def __init__(self, tenant: Tenant) -> None:
        self._principal = tenant.principal
        self._seen: list[tuple[Fault, int]] = [(fault, 0) for fault in tenant.faults]

    def striking(self, request: Request) -> Fault | None:
        """The first fault that matches and is neither still asleep nor used up; None when there is none."""
        target = request.target
        for index, (fault, seen) in enumerate(self._seen):
            if fault.methods and request.method not in fault.methods:
                continue
            if not fault.pattern.search(target):
                continue
            if fault.times is not None and seen >= fault.skip + fault.times:
                continue
            self._seen[index] = (fault, seen + 1)
            if seen >= fault.skip:
                return fault
        return None

    def response(self, fault: Fault, request: Request) -> ArmResponse:
        """The wrong answer. Raises ConnectionDropped where it is none."""
        if fault.status is None:
            raise ConnectionDropped
        if isinstance(fault.body, str):
            headers = {"Content-Type": "text/html", **fault.headers}
            return ArmResponse(status=fault.status, headers=headers, body=fault.body.encode())
        if fault.body is not None:
            return json_response(fault.body, fault.status, fault.headers)
        code = fault.code or _USUAL_CODES.get(fault.status, "RequestFailed")
        message = fault.message or self._usual_message(fault.status, request)
        return error(fault.status, code, message, fault.headers)

    def _usual_message(self, status: int, request: Request) -> str:
        if status == 403:
            principal, path = self._principal, request.arm_path
            action = action_of(request.method, path)
            return authorization_failed_message(principal.client_id, principal.object_id, path, action)
        if status == 404:
            return resource_not_found_message(request.arm_path)
        return f"The request failed with status {status}."
