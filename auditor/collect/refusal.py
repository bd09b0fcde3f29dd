"""Why a read failed: from what ARM answered, or from the connection that broke, to a gap's reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from auditor.model.reasons import Reason

_ACTION = re.compile(r"perform action '([^']+)'")
_NOT_OFFERED = frozenset({"noregisteredproviderfound", "invalidresourcetype", "invalidapiversionparameter"})
# The code of a failure that came before any request: no token was to be had.
NO_TOKEN = "NoToken"
_FOREIGN = frozenset({"invalidauthenticationtokentenant", "subscriptionnotfound"})


@dataclass(kw_only=True, eq=False)
class ReadFailed(Exception):
    """One read that did not succeed. `status` is None where no answer came."""

    reason: Reason
    status: int | None
    code: str
    detail: str
    action: str | None = None

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


def from_answer(status: int, body: Any) -> ReadFailed:
    """The failure that an ARM answer of 400 and above stands for.

    `body` is the decoded JSON, or None where it was none. The missing action is the one that ARM names.
    """
    error = body.get("error", body) if isinstance(body, dict) else {}
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    message = str(error.get("message") or "") if isinstance(error, dict) else ""
    named = _ACTION.search(message)
    return ReadFailed(
        reason=_reason(status, code.lower()),
        status=status,
        code=code,
        detail=_first_sentence(message) or code or f"HTTP {status}",
        action=named.group(1) if named else None,
    )


def not_json(status: int, said: str) -> ReadFailed:
    """An answer that is no JSON at all: a proxy's page, for one."""
    detail = f"the answer is {said}, not JSON"
    return ReadFailed(reason=Reason.MALFORMED, status=status, code="", detail=detail)


def malformed(detail: str, status: int = 200) -> ReadFailed:
    return ReadFailed(reason=Reason.MALFORMED, status=status, code="", detail=detail)


def from_error(error: Exception) -> ReadFailed:
    """A failure without an answer, from the SDK's exception: sign-in, time-out or connection."""
    from azure.core.exceptions import ClientAuthenticationError, ServiceResponseError

    said = _first_sentence(str(error)) or type(error).__name__
    if isinstance(error, ClientAuthenticationError):
        return ReadFailed(reason=Reason.NO_PERMISSION, status=401, code=NO_TOKEN, detail=said)
    timed_out = isinstance(error, ServiceResponseError) or "timeout" in type(error).__name__.lower()
    reason = Reason.TIMEOUT if timed_out or "timeout" in said.lower() else Reason.UNREACHABLE
    return ReadFailed(reason=reason, status=None, code="", detail=said)


def _reason(status: int, code: str) -> Reason:
    if code in _FOREIGN or (status == 401 and "tenant" in code):
        return Reason.FOREIGN_TENANT
    if code in _NOT_OFFERED:
        return Reason.NOT_OFFERED
    if status in {401, 403}:
        return Reason.NO_PERMISSION
    if status == 404:
        return Reason.HIDDEN
    if status == 429:
        return Reason.THROTTLED
    return Reason.SERVER_ERROR


def _first_sentence(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 300 else line[:299] + "…"
