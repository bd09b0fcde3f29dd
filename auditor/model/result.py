"""The outcome of an audit: what writers write and dashboards read. Schema 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from auditor.model.finding import Confidence, Gap, Remedy, Severity, Verdict
from auditor.model.fix import Fix
from auditor.model.guided import GuidedFix
from auditor.model.map import WorkloadMap

if TYPE_CHECKING:
    from auditor.model.changes import Changes

SCHEMA_VERSION = "1.0"
SCHEMA_URL = "https://azure-ai-auditor.invalid/schemas/report-1.0.schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverMark:
    """The accepted risk that a result falls under."""

    rule: str
    resource: str
    reason: str
    owner: str
    expires: date


class WaiverState(StrEnum):
    """What a waiver of the file does in this run. Only one that is used takes anything out of the score."""

    USED = "used"
    UNUSED = "unused"
    """In force, but nothing that it covers fails."""
    EXPIRED = "expired"
    OWNERLESS = "ownerless"
    """Names nobody who accepts the risk, so nobody has: it is not in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverSummary:
    """One waiver of the file. `covered` counts the failures it covers, or would cover if it were in force."""

    mark: WaiverMark
    state: WaiverState
    covered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One rule's verdict on one subject.

    `subscription_id` and `location` are None for subjects that have none. `workloads` are workload ids.
    `remedy` is filled for failures only, and `fix` for those of them that `auditor fix` can mend. `waiver` is
    set on results that leave the score. `first_seen` is the start of the run that first saw this failure
    without a pass since; None without a history, and for all but failures.
    """

    rule: str
    verdict: Verdict
    severity: Severity
    confidence: Confidence
    resource: str
    resource_type: str
    subscription_id: str | None
    location: str | None
    related: tuple[str, ...]
    workloads: tuple[str, ...] = ()
    remedy: Remedy | None = None
    fix: GuidedFix | None = None
    waiver: WaiverMark | None = None
    first_seen: datetime | None = None

    @property
    def status(self) -> str:
        return self.verdict.status

    @property
    def fingerprint(self) -> str:
        """The same for the same rule, resource and related ends, in whatever case ARM wrote them."""
        ends = sorted(end.lower() for end in self.related)
        return sha256("\n".join((self.rule, self.resource.lower(), *ends)).encode()).hexdigest()

    @property
    def sort_key(self) -> tuple[int, str, str, tuple[str, ...]]:
        """Severity, rule, resource, related."""
        return (
            self.severity.rank,
            self.rule,
            self.resource.lower(),
            tuple(sorted(end.lower() for end in self.related)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """A score. `value`, `low` and `high` are percentages, None where nothing was judged."""

    value: float | None
    low: float | None
    high: float | None
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMarks:
    """The score of one workload or subscription, by its id."""

    id: str
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The whole score. `coverage` is judged / (judged + unknown), 1.0 where there was nothing to judge."""

    marks: Marks
    coverage: float
    by_status: Mapping[str, int]
    fails_by_severity: Mapping[str, int]
    waived: int
    by_workload: tuple[GroupMarks, ...]
    by_subscription: tuple[GroupMarks, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadEdge:
    source: str
    target: str
    tier: int
    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadSummary:
    """One workload as it is reported: members by role, each a list of ARM ids."""

    id: str
    kind: str
    name: str
    confidence: str
    members: Mapping[str, tuple[str, ...]]
    evidence: tuple[WorkloadEdge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSummary:
    id: str
    title: str
    severity: Severity
    rule_class: str
    rationale: str
    profiles: tuple[str, ...]
    controls: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`id` and the times differ between runs of the same tenant; nothing else in a report does.

    `scope` are the audited ARM scopes; `options` those the user set, by name.
    """

    id: str
    started_at: datetime
    finished_at: datetime
    cloud: str
    tenant_id: str | None
    principal_id: str | None
    scope: tuple[str, ...]
    profile: str
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVersion:
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """Everything a writer may show.

    `unaudited` says in one sentence why nothing could be audited (exit code 3), else None. `notices` are
    sentences about the run itself, such as waivers that expired or matched nothing. `subscription_names` are
    by GUID in lower case. `maps` are those of the workloads, drawn from what was read. `waivers` are those of
    the waiver file, in its order. `changes` since the last run of the same kind are None without a history,
    and for the first run. `fixes` are in the order in which they were decided.
    """

    tool_version: str
    packs: tuple[PackVersion, ...]
    run: Run
    score: Score
    gaps: tuple[Gap, ...]
    workloads: tuple[WorkloadSummary, ...]
    rules: tuple[RuleSummary, ...]
    results: tuple[Result, ...]
    unaudited: str | None = None
    notices: tuple[str, ...] = ()
    subscription_names: Mapping[str, str] = field(default_factory=dict)
    maps: tuple[WorkloadMap, ...] = ()
    waivers: tuple[WaiverSummary, ...] = ()
    changes: Changes | None = None
    fixes: tuple[Fix, ...] = ()
