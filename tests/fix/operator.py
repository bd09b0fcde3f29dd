"""`auditor scan --fix` as an operator runs it, over a world of our making, with a clock of our own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import gate, plugins
from auditor.fix.pace import Pace
from auditor.fix.prepared import prepared
from auditor.fix.sequence import Step, no_step
from auditor.model.document import document
from auditor.model.result import AuditResult
from auditor.options import parse
from auditor.progress import SilentProgress
from auditor.sandbox.arm import Arm
from auditor.sandbox.demo import connection_to
from auditor.sandbox.request import LoggedRequest
from auditor.sandbox.tenant import Tenant
from auditor.scan import audit
from tests.fix.trust import TRUST
from tests.rules.world import World

# Few reads: the rules that a fix is about. What it reads for itself comes on top.
RULES = ("--rule", "private-endpoint-*")


@dataclass(slots=True)
class Clock:
    """Time that passes by being slept through."""

    now_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds

    def pace(self, **changes: Any) -> Pace:
        return Pace(sleep=self.sleep, now=lambda: self.now_s, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run left behind: its exit code, its report, the tenant, the journal."""

    code: int
    report: dict[str, Any]
    arm: Arm
    journal: Path
    clock: Clock

    @property
    def fixes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.report["fixes"]
        return found

    def fix(self, connection: str) -> dict[str, Any]:
        """The last entry about a connection."""
        return [fix for fix in self.fixes if (fix["connection"] or "").lower() == connection.lower()][-1]

    @property
    def writes(self) -> list[LoggedRequest]:
        signing_in = "/oauth2/"
        sent = (request for request in self.arm.log if request.method not in ("GET", "HEAD"))
        return [request for request in sent if signing_in not in request.path]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return lines_of(self.journal)


def lines_of(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []


class WatchedArm(Arm):
    """Refuses to take part in a write that the journal does not announce: that is what it is for."""

    def __init__(self, tenant: Tenant, journal: Path) -> None:
        super().__init__(tenant)
        self._journal = journal

    def handle(self, method: str, url: str, headers: Any, body: bytes | None = None) -> Any:
        if method not in ("GET", "HEAD"):
            self._expect_announced(url, json.loads(body or b"{}"))
        return super().handle(method, url, headers, body)

    def _expect_announced(self, url: str, body: dict[str, Any]) -> None:
        lines = lines_of(self._journal)
        ended = {line["change"] for line in lines if line["event"] == "ended"}
        intended = {
            line["subject"].lower(): line["change"]
            for line in lines
            if line["event"] == "intended" and line["change"] not in ended
        }
        subject = next((subject for subject in intended if subject in url.lower()), None)
        assert subject is not None, f"{url} was not announced"
        if body["properties"]["privateLinkServiceConnectionState"]["status"] == "Rejected":
            undoing = {line["change"] for line in lines if line["event"] == "undoing"}
            assert intended[subject] in undoing, f"rejecting {url} was not announced"


def trust_file(folder: Path, *, subscriptions: Any = TRUST.subscriptions, vnets: Any = TRUST.vnets) -> Path:
    file = folder / "trust.toml"
    file.write_text(f"[fix]\nsubscriptions = {json.dumps(subscriptions)}\nvnets = {json.dumps(vnets)}\n")
    return file


def run(
    world: World | Arm,
    folder: Path,
    *flags: str,
    yes: bool = True,
    config: Path | None = None,
    step: Step = no_step,
    latency_ms: float = 0,
    **pace: Any,
) -> Outcome:
    """One run with `--fix`; a world is served anew, an Arm goes on as it is."""
    journal = folder / "journal.jsonl"
    given = ("--fix", *(("--yes",) if yes else ()), "-q", "--journal", str(journal), *RULES, *flags)
    trusted = config or trust_file(folder)
    options = parse(["scan", "--config", str(trusted), *given], {}, folder).options
    arm = world if isinstance(world, Arm) else WatchedArm(Tenant.from_json(world.tenant), journal)
    clock = Clock()
    with prepared(options, pace=clock.pace(**pace), step=step) as then:
        sample = connection_to(arm, lambda: None, latency_ms=latency_ms)
        result: AuditResult = audit(sample, options, plugins.load(), (), SilentProgress(), then)
    code = gate.exit_code(result, options)
    return Outcome(code=int(code), report=document(result), arm=arm, journal=journal, clock=clock)


def audited(world: World, folder: Path) -> Arm:
    """The tenant after `auditor scan` without `--fix`, with everything trusted all the same."""
    options = parse(["scan", "--config", str(trust_file(folder))], {}, folder).options
    arm = Arm(Tenant.from_json(world.tenant))
    audit(connection_to(arm, lambda: None), options, plugins.load(), (), SilentProgress())
    return arm


def state_of(arm: Arm, connection: str) -> dict[str, Any]:
    """The connection's state as the tenant holds it now."""
    found = arm.resource(connection)
    assert found is not None
    return dict(found["properties"]["privateLinkServiceConnectionState"])


def sent_statuses(done: Outcome) -> list[str]:
    """The status that each write asked for, in order."""
    bodies = (json.loads(write.body) for write in done.writes)
    return [str(body["properties"]["privateLinkServiceConnectionState"]["status"]) for body in bodies]
