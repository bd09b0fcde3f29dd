"""What a rule is: metadata that leaves nothing out, and a pure function that judges one subject."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any, Generic, Literal, Protocol, TypeVar

from auditor.model.declared import Declared
from auditor.model.estate import Estate
from auditor.model.finding import (
    Confidence,
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Undecided,
    Unknown,
    Verdict,
)
from auditor.model.ids import ArmId
from auditor.model.wire import Resource
from auditor.relate.workloads import Relations

S = TypeVar("S")

RuleClass = Literal["exposure", "function"]
PROFILES = ("private-openai", "on-your-data", "prompt-flow", "model-catalog", "compute-session", "foundry")


class RuleDefect(TypeError):
    """A rule that is not fit to be loaded: it says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that a rule may look at: the estate narrowed to its declared reads, how its parts are related,
    what the operator declared, and the time of the audit. `all_resources` widens rules that otherwise look
    at related resources only. `cloud` is a name of `auditor.model.clouds`, or what another calls itself."""

    estate: Estate
    relations: Relations
    declared: Declared
    now: datetime
    all_resources: bool = False
    cloud: str = "AzureCloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Generic[S]):
    """What one result is about.

    `resource` is the ARM object (or the scope, for rules about a subscription) that the result is keyed by,
    `related` the other ends as they are printed. `judged` is what the rule's function receives. `serves` are
    the resources for whose sake it is judged, such as the targets of an endpoint: where it is no member of a
    workload itself it is reported under theirs, and wherever it lies it is reported if one of their
    subscriptions is audited.
    """

    resource: Resource
    judged: S
    related: tuple[str, ...] = ()
    confidence: Confidence = Confidence.HIGH
    serves: tuple[ArmId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A resource in the rule's scope that there is nothing to judge of, and why: it stays visible.

    `serves` as of a Subject.
    """

    resource: Resource
    verdict: NotApplicable | Unknown
    related: tuple[str, ...] = ()
    serves: tuple[ArmId, ...] = ()


class SubjectSource(Protocol[S]):
    """Finds the subjects of a rule in an estate.

    `listing` are the types of which the subjects are: where one could not be listed, the engine says so for
    each scope. `reads` are all types that finding them touches.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]: ...

    @property
    def reads(self) -> tuple[type[Resource], ...]: ...

    def __call__(self, view: View, /) -> Iterable[Subject[S] | Excluded]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control of a framework that the rule answers to."""

    framework: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[S]):
    """One rule. `page` is its documentation, the docstring of its function."""

    id: str
    title: str
    severity: Severity
    rule_class: RuleClass
    subjects: SubjectSource[S]
    reads: tuple[type[Resource], ...]
    profiles: tuple[str, ...]
    remedy: Remedy
    sources: tuple[Source, ...]
    controls: tuple[Control, ...]
    page: str
    judge: Callable[[S, View], Verdict]

    @property
    def all_reads(self) -> tuple[type[Resource], ...]:
        return tuple(dict.fromkeys((*self.subjects.listing, *self.subjects.reads, *self.reads)))

    @property
    def rationale(self) -> str:
        """The page's Why, as one paragraph."""
        return section(self.page, "Why")


def rule(
    *,
    id: str,
    title: str,
    severity: Severity,
    rule_class: RuleClass,
    subjects: SubjectSource[S],
    profiles: tuple[str, ...],
    remedy: Remedy,
    sources: tuple[Source, ...],
    controls: tuple[Control, ...] = (),
    reads: tuple[type[Resource], ...] = (),
) -> Callable[[Callable[[S, View], Verdict]], Rule[S]]:
    """Make a Rule of a judging function; raises RuleDefect at import where something is missing."""

    def made(judge: Callable[[S, View], Verdict]) -> Rule[S]:
        page = inspect.getdoc(judge) or ""
        found = Rule(
            id=id,
            title=title,
            severity=severity,
            rule_class=rule_class,
            subjects=subjects,
            reads=reads,
            profiles=profiles,
            remedy=remedy,
            sources=sources,
            controls=controls,
            page=page,
            judge=judge,
        )
        _check(found, judge.__name__)
        return found

    return made


PAGE_SECTIONS = ("Why", "Pass when", "Fail when", "Unknown when", "Not applicable when", "Evidence", "Remedy")


def section(page: str, name: str) -> str:
    """The text of one section of a page as a single paragraph; empty where the page has none."""
    found = re.search(rf"^{name}\n((?:[ ]+.*\n?|\n)+)", page, re.MULTILINE)
    return " ".join(found.group(1).split()) if found else ""


def _check(found: Rule[Any], function: str) -> None:
    missing = [name for name in PAGE_SECTIONS if not section(found.page, name)]
    problems = {
        "an id in kebab-case equal to the function's name": found.id.replace("-", "_") == function,
        f"page sections: {', '.join(missing)}": not missing,
        "a source": bool(found.sources),
        "a remedy": bool(found.remedy.summary),
        "known profiles": bool(found.profiles) and set(found.profiles) <= set(PROFILES),
    }
    if lacking := [name for name, there in problems.items() if not there]:
        raise RuleDefect(f"rule {found.id} lacks {'; '.join(lacking)}")


def fill(remedy: Remedy, resource: Resource, fills: Iterable[tuple[str, str]]) -> Remedy:
    """The remedy with its `{placeholders}` filled and quoted for a POSIX shell.

    Every resource gives `{id}`, `{name}`, `{group}` and `{subscription}`; a verdict's `fills` add to them.
    """
    if remedy.az is None:
        return remedy
    values = {
        "id": resource.id.text,
        "name": resource.name,
        "group": resource.id.resource_group or "",
        "subscription": resource.id.subscription_id or "",
        **dict(fills),
    }
    quoted = {name: shlex.quote(value) for name, value in values.items()}
    return Remedy(summary=remedy.summary, az=Formatter().vformat(remedy.az, (), quoted), url=remedy.url)


_ORDER: Mapping[str, int] = {"not_applicable": 0, "pass": 1, "unknown": 2, "fail": 3}


def worst(checks: Iterable[Verdict], own: Severity) -> Verdict:
    """The worst of several checks of one subject, so that no early answer hides another.

    A failure outranks an unknown, that a pass; among failures the severest leads (`own` is the rule's
    severity, for those that name none) and carries the evidence and messages of all, and names what could
    not be checked beside it. Give checks that may touch something unread through `attempt`.
    """
    found = sorted(checks, key=lambda v: (_ORDER[v.status], -_rank(v, own)), reverse=True)
    if not found:
        raise ValueError("no check was made")
    lead = found[0]
    if not isinstance(lead, Fail):
        return lead
    failures = [verdict for verdict in found if isinstance(verdict, Fail)]
    seen = {(e.resource, e.path): e for failure in failures for e in failure.evidence}
    unsure = (f"not checked: {verdict.message}" for verdict in found if isinstance(verdict, Unknown))
    return Fail(
        message="; ".join(dict.fromkeys(failure.message for failure in failures)),
        evidence=tuple(seen.values()),
        severity=lead.severity,
        remedy=lead.remedy,
        fills=lead.fills,
        fix=lead.fix,
        notes=tuple(dict.fromkeys((*(note for verdict in found for note in verdict.notes), *unsure))),
        related=lead.related,
    )


def attempt(check: Callable[[], Verdict]) -> Verdict:
    """One check on its own: what it cannot decide becomes an unknown verdict instead of ending the rule."""
    try:
        return check()
    except Undecided as undecided:
        return unknown_of(undecided)


def unknown_of(undecided: Undecided) -> Unknown:
    return Unknown(
        message=undecided.message,
        reason=undecided.reason,
        gap=undecided.gap,
        evidence=undecided.evidence,
    )


def _rank(verdict: Verdict, own: Severity) -> int:
    return (verdict.severity or own).rank if isinstance(verdict, Fail) else 0


__all__ = [
    "PROFILES",
    "Control",
    "Excluded",
    "Fail",
    "NotApplicable",
    "Pass",
    "Remedy",
    "Rule",
    "RuleDefect",
    "Severity",
    "Source",
    "Subject",
    "SubjectSource",
    "Unknown",
    "Verdict",
    "View",
    "attempt",
    "fill",
    "rule",
    "worst",
]
