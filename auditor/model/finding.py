"""Verdicts: what a rule says of one subject, and the evidence it says it with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from auditor.model.guided import GuidedFix
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason


class Severity(StrEnum):
    """How bad a failure is. `weight` is its part of the score (catalogue, section 0)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def weight(self) -> int:
        return {"critical": 10, "high": 6, "medium": 3, "low": 1, "info": 0}[self.value]

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How surely the subject is what the rule takes it for; relations carry theirs into the verdict."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Absent:
    """The one value that means: the property was not in the answer. Never the same as null or false."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that was seen: on which resource, at which path of its answer, with which value.

    `value` is the JSON value as ARM gave it: None for null, ABSENT where the property was not there. A rule
    may give a set, tuple or id; in a report it is what `auditor.model.json_value` makes of it.
    """

    resource: str
    path: str
    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be read.

    `scope` is the subscription, parent or resource that was asked; `what` the ARM type; `action` the
    missing ARM action where the refusal was one of permission, else None.
    """

    scope: ArmId
    what: str
    reason: Reason
    http_status: int | None = None
    action: str | None = None
    detail: str = ""


class Undecided(Exception):
    """A rule touched something that cannot be decided. The engine makes it an unknown verdict."""

    def __init__(
        self, message: str, reason: Reason, *, gap: Gap | None = None, evidence: tuple[Evidence, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.gap = gap
        self.evidence = evidence


class NotRead(Undecided):
    """A rule touched a collection or resource that could not be read."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(describe(gap), gap.reason, gap=gap)


def describe(gap: Gap) -> str:
    """One sentence: what could not be read, where, and what is missing.

    >>> describe(Gap(scope=ArmId.parse("/subscriptions/s"), what="T/t", reason=Reason.TIMEOUT))
    'T/t of /subscriptions/s could not be read (timeout)'
    """
    status = f", HTTP {gap.http_status}" if gap.http_status else ""
    missing = f": missing permission {gap.action}" if gap.action else f": {gap.detail}" if gap.detail else ""
    return f"{gap.what} of {gap.scope} could not be read ({gap.reason}{status}){missing}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How to mend a failure: a sentence, and an Azure CLI command (None where no command does it)."""

    summary: str
    az: str | None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    message: str
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] | None = None
    status: Literal["pass"] = "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """`severity` and `remedy` None are the rule's own; `fills` fill the remedy's `{names}`.

    `fix` is the same remedy as data, where `auditor fix` can apply it; None where it is only printed.
    """

    message: str
    evidence: tuple[Evidence, ...]
    severity: Severity | None = None
    remedy: Remedy | None = None
    fills: tuple[tuple[str, str], ...] = ()
    fix: GuidedFix | None = None
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] | None = None
    status: Literal["fail"] = "fail"

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a failure without evidence is not a finding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    message: str
    reason: Reason
    gap: Gap | None = None
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] | None = None
    status: Literal["unknown"] = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    message: str
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    related: tuple[str, ...] | None = None
    status: Literal["not_applicable"] = "not_applicable"


Verdict = Pass | Fail | Unknown | NotApplicable
