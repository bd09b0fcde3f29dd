"""`auditor fix` as an operator runs it, over a served company."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox.request import LoggedRequest
from tests.cli.conftest import Cloud, Outcome, Serve, auditor, serve
from tests.fix.guided.worlds import broken, broken_report
from tests.rules.world import World

__all__ = ["auditor", "serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A served company, the saved report about it, and the journal."""

    cloud: Cloud
    folder: Path

    def fix(self, *fingerprints: str, flags: tuple[str, ...] = ("--yes",)) -> Outcome:
        way = ["--arm-endpoint", self.cloud.server.url, "--ca-bundle", str(self.cloud.server.ca_file)]
        own = [
            "--auth",
            "environment",
            "--journal",
            str(self.journal_file),
            "--format",
            f"json={self.fixed_file}",
        ]
        return self.cloud.auditor("fix", str(self.report_file), *fingerprints, *way, *own, *flags)

    @property
    def report_file(self) -> Path:
        return self.folder / "report.json"

    @property
    def fixed_file(self) -> Path:
        return self.folder / "fixed.json"

    @property
    def journal_file(self) -> Path:
        return self.folder / "journal.jsonl"

    @property
    def fixes(self) -> list[dict[str, Any]]:
        """What the written report says of the run."""
        found: list[dict[str, Any]] = json.loads(self.fixed_file.read_text("utf-8"))["fixes"]
        return found

    @property
    def outcomes(self) -> list[str]:
        return [fix["outcome"] for fix in self.fixes]

    @property
    def journal(self) -> list[dict[str, Any]]:
        if not self.journal_file.exists():
            return []
        return [json.loads(line) for line in self.journal_file.read_text("utf-8").splitlines()]

    @property
    def writes(self) -> list[LoggedRequest]:
        """Everything that was sent but reads and the sign-in, in order."""
        return [
            sent
            for sent in self.cloud.log
            if sent.method not in ("GET", "HEAD") and not sent.path.endswith("/oauth2/v2.0/token")
        ]


Open = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture
def desk(serve: Serve, tmp_path: Path) -> Open:
    """Opens a desk before a company; `tenant` adds to its file: faults, events, permissions."""

    @contextmanager
    def opened(
        world: World | None = None, report: Mapping[str, Any] | None = None, **tenant: Any
    ) -> Iterator[Desk]:
        served = world or broken()
        served.tenant.update(tenant)
        with serve(served) as cloud:
            found = Desk(cloud=cloud, folder=tmp_path)
            found.report_file.write_text(json.dumps(report or broken_report()), "utf-8")
            yield found

    return opened
