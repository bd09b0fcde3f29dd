"""An ARM that answers what a test tells it to, behind the collectors' own pipeline and without a socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from auditor.collect.arm import Reader, Readers
from auditor.collect.session import readers_over
from auditor.model.clouds import CLOUDS
from auditor.model.reach import Reach
from auditor.sandbox import Arm, ArmResponse, Tenant
from auditor.sandbox.transport import sandbox_credential, sandbox_transport

ARM_URL = CLOUDS["AzureCloud"].arm_url
SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001"
Answer = Callable[[str, str], ArmResponse]


class ScriptedArm(Arm):
    """`answer` gets method and URL. `requests` holds both of every request, in the order of arrival."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(Tenant.sample())
        self.requests: list[tuple[str, str]] = []
        self._script = answer

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> ArmResponse:
        self.requests.append((method, url))
        return self._script(method, url)


def answered(body: object = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> ArmResponse:
    """`body` is bytes as they are sent, or a JSON value."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return ArmResponse(status=status, headers=headers or {}, body=content)


def refused(status: int, code: str, message: str = "no", **headers: str) -> ArmResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answered({"error": {"code": code, "message": message}}, status, named)


def reader_of(
    arm: Arm,
    *,
    transport: Any = None,
    max_concurrency: int = 32,
    finished: Callable[[], None] = lambda: None,
) -> Reader:
    """The reader of Resource Manager."""
    return readers_of(arm, transport=transport, max_concurrency=max_concurrency, finished=finished)["arm"]


def readers_of(
    arm: Arm,
    *,
    transport: Any = None,
    max_concurrency: int = 32,
    finished: Callable[[], None] = lambda: None,
    reach: frozenset[Reach] = frozenset(),
) -> Readers:
    return readers_over(
        transport or sandbox_transport(arm),
        sandbox_credential(arm),
        CLOUDS["AzureCloud"],
        max_concurrency,
        10.0,
        finished,
        reach,
    )
