"""Answers that a tenant file puts in place of resources: refusals, throttling, broken pages."""

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
from auditor.sandbox.tenant import Fault, Tenant

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


class Faults:
    """The faults of one tenant and how often each may still strike."""

    def __init__(self, tenant: Tenant) -> None:
        self._principal = tenant.principal
        self._left: list[tuple[Fault, int | None]] = [(fault, fault.times) for fault in tenant.faults]

    def answer(self, request: Request) -> ArmResponse | None:
        """The first fault that matches and is not used up; None when there is none."""
        target = request.target
        for index, (fault, left) in enumerate(self._left):
            if left == 0 or not fault.pattern.search(target):
                continue
            self._left[index] = (fault, None if left is None else left - 1)
            return self._response(fault, request)
        return None

    def _response(self, fault: Fault, request: Request) -> ArmResponse:
        if isinstance(fault.body, str):
            headers = {"Content-Type": "text/html", **fault.headers}
            return ArmResponse(status=fault.status, headers=headers, body=fault.body.encode())
        if fault.body is not None:
            return json_response(fault.body, fault.status, fault.headers)
        code = fault.code or _USUAL_CODES.get(fault.status, "RequestFailed")
        return error(fault.status, code, fault.message or self._usual_message(fault, request), fault.headers)

    def _usual_message(self, fault: Fault, request: Request) -> str:
        if fault.status == 403:
            principal = self._principal
            return authorization_failed_message(principal.client_id, principal.object_id, request.arm_path)
        if fault.status == 404:
            return resource_not_found_message(request.arm_path)
        return f"The request failed with status {fault.status}."
