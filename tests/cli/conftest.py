"""The command as an operator runs it: in an empty directory, over the sample company or one of our making."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import main
from auditor.sandbox.inventory import Order
from auditor.sandbox.request import LoggedRequest
from auditor.sandbox.server import SandboxServer, serve_in_thread
from auditor.sandbox.tenant import Tenant
from tests.rules.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


Auditor = Callable[..., Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """A served tenant, and the command with the options that lead to it."""

    server: SandboxServer
    auditor: Auditor

    def scan(self, *arguments: str, trust: bool = True) -> Outcome:
        """`auditor scan` of the tenant. Without `trust`, nothing names its certificate authority."""
        bundle = ["--ca-bundle", str(self.server.ca_file)] if trust else []
        way = ["--arm-endpoint", self.server.url, "--auth", "environment"]
        return self.auditor("scan", *way, *bundle, *arguments)

    @property
    def log(self) -> list[LoggedRequest]:
        return self.server.arm.log


Serve = Callable[..., AbstractContextManager[Cloud]]


@pytest.fixture
def auditor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Auditor:
    """Runs the command in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Outcome(code=code, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def serve(auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Serves a world over TLS, its principal's credentials in the environment."""

    @contextmanager
    def serving(world: World, order: Order = "as-is") -> Iterator[Cloud]:
        tenant = Tenant.from_json(world.tenant)
        for name, value in credentials(tenant).items():
            monkeypatch.setenv(name, value)
        with serve_in_thread(tenant, order=order) as server:
            yield Cloud(server=server, auditor=auditor)

    return serving


@pytest.fixture
def search_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets names below localhost lead here, as RFC 6761 has it: not every system's resolver knows them."""
    real = socket.getaddrinfo

    def here(host: Any, *rest: Any, **options: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", here)


def credentials(tenant: Tenant) -> dict[str, str]:
    """The variables that azure-identity reads for the tenant's own principal."""
    return {
        "AZURE_TENANT_ID": tenant.tenant_id,
        "AZURE_CLIENT_ID": tenant.principal.client_id,
        "AZURE_CLIENT_SECRET": tenant.principal.client_secret,
    }


def without_run(report: dict[str, Any]) -> str:
    """The bytes of a report that must be the same for the same tenant."""
    return json.dumps({**report, "run": None}, indent=1)
