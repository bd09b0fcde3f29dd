"""One of two runs to compare: as much of it as a comparison needs, whether read from a report or kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from auditor.model.changes import RunMark
from auditor.model.finding import Gap, Severity, Unknown
from auditor.model.ids import ArmId, MalformedId, same_text
from auditor.model.plaintext import one_line
from auditor.model.result import AuditResult, Result

# Each id is asked for once for every gap: some hundred thousand times in a large tenant.
_REMEMBERED = 50_000
# Of two verdicts under one fingerprint the one that must not be overlooked counts.
_WORST_FIRST = ("fail", "unknown", "pass", "not_applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One result, less what a comparison does not need.

    `is_unread` holds for an unknown that stands for something that could not be read.
    """

    fingerprint: str
    rule: str
    status: str
    severity: Severity
    resource: str
    resource_type: str
    related: tuple[str, ...]
    is_waived: bool
    is_unread: bool
    message: str

    @property
    def is_open(self) -> bool:
        """Fails, and nobody has accepted it."""
        return self.status == "fail" and not self.is_waived

    @property
    def is_of_a_list(self) -> bool:
        """Whether it stands for a list that could not be read: the type is then not its resource's own."""
        return not same_text(type_of(self.resource), self.resource_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One run. `rules` are the ids of those it judged, `scope` the ARM scopes it audited."""

    mark: RunMark
    tool_version: str
    cloud: str
    tenant_id: str | None
    profile: str
    scope: tuple[str, ...]
    rules: frozenset[str]
    gaps: tuple[Gap, ...]
    by_fingerprint: Mapping[str, Judged]
    unread: Mapping[str, tuple[Judged, ...]]
    """By rule, what could not be read."""
    resources: Mapping[str, str]
    """The resources with a verdict of their own, by `key_of` their id."""
    is_unaudited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The results of a run, as `Side` holds them."""

    by_fingerprint: Mapping[str, Judged]
    unread: Mapping[str, tuple[Judged, ...]]
    resources: Mapping[str, str]


def indexed(results: Iterable[Judged]) -> Index:
    by_fingerprint: dict[str, Judged] = {}
    for one in results:
        other = by_fingerprint.get(one.fingerprint)
        if other is None or _gravity(one) < _gravity(other):
            by_fingerprint[one.fingerprint] = one
    unread: dict[str, list[Judged]] = defaultdict(list)
    resources: dict[str, str] = {}
    for one in by_fingerprint.values():
        if one.is_unread:
            unread[one.rule].append(one)
        if not one.is_of_a_list:
            resources[key_of(one.resource)] = one.resource
    return Index(
        by_fingerprint=by_fingerprint,
        unread={rule: tuple(some) for rule, some in unread.items()},
        resources=resources,
    )


def side_of(result: AuditResult) -> Side:
    """What a comparison needs of a report."""
    run = result.run
    index = indexed(_judged(one) for one in result.results)
    return Side(
        mark=RunMark(id=run.id, started_at=run.started_at, marks=result.score.marks),
        tool_version=result.tool_version,
        cloud=run.cloud,
        tenant_id=run.tenant_id,
        profile=run.profile,
        scope=run.scope,
        rules=frozenset(rule.id for rule in result.rules),
        gaps=result.gaps,
        by_fingerprint=index.by_fingerprint,
        unread=index.unread,
        resources=index.resources,
        is_unaudited=result.unaudited is not None,
    )


@lru_cache(maxsize=_REMEMBERED)
def key_of(resource: str) -> str:
    """What the id is compared by: without case, and with hostile characters written out, as when kept."""
    return one_line(resource).lower()


def is_within(resource: str, scope: str) -> bool:
    """Whether the id is the scope or lies below it, by whole segments and without case."""
    inner, outer = key_of(resource.rstrip("/")), key_of(scope.rstrip("/"))
    return inner == outer or inner.startswith(f"{outer}/")


@lru_cache(maxsize=_REMEMBERED)
def type_of(resource: str) -> str:
    """The ARM type that the id names, of a subscription or resource group too; empty for anything else."""
    try:
        parsed = ArmId.parse(resource)
    except MalformedId:
        return ""
    if parsed.resource_type is not None:
        return parsed.resource_type
    if parsed.subscription_id is None:
        return ""
    return "Microsoft.Resources/" + ("resourceGroups" if parsed.resource_group else "subscriptions")


def _judged(result: Result) -> Judged:
    verdict = result.verdict
    return Judged(
        fingerprint=result.fingerprint,
        rule=result.rule,
        status=result.status,
        severity=result.severity,
        resource=result.resource,
        resource_type=result.resource_type,
        related=result.related,
        is_waived=result.waiver is not None,
        is_unread=isinstance(verdict, Unknown) and verdict.reason.means_unread,
        message=verdict.message,
    )


def _gravity(one: Judged) -> tuple[int, bool, int]:
    return _WORST_FIRST.index(one.status), one.is_waived, one.severity.rank
