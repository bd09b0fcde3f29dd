"""What changed between two runs: the words that the report, `auditor diff` and the history share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from auditor.model.finding import Severity
from auditor.model.result import Marks


class ChangeKind(StrEnum):
    """What became of one fingerprint. Exactly one holds, or none where nothing changed.

    A finding is *open* where it fails and nobody has accepted it. docs/history.md says more.
    """

    NEW = "new"
    """Open now; before, the rule said nothing of it, or did not apply to it."""
    REGRESSED = "regressed"
    """Open now, passed before."""
    WORSE = "worse"
    """Fails both times, as accepted as before, more severe now."""
    UNWAIVED = "unwaived"
    """Fails both times; accepted before, open now."""
    UNKNOWN_NOW = "unknown-now"
    """Unknown now and not before. What failed before may fail still."""
    KNOWN_AGAIN = "known-again"
    """Unknown before, judged now: `now` says how."""
    FIXED = "fixed"
    """Failed before, passes now. Nothing else is fixed."""
    NOT_APPLICABLE_NOW = "not-applicable-now"
    """Failed before; the rule does not apply any more."""
    GONE = "gone"
    """Failed or was unknown before; its subject is not there any more, and nothing hides it."""
    NOT_JUDGED_NOW = "not-judged-now"
    """Failed or was unknown before; now outside the scope, or the rule was not among those judged."""
    MILDER = "milder"
    """Fails both times, as accepted as before, less severe now."""
    WAIVED = "waived"
    """Fails now and is accepted; before it was not accepted, or did not fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one finding.

    `was` and `now` are statuses, None where the run says nothing of it. `message` is the verdict of the newer
    run, or of the older one where the newer has none. `why` qualifies the kind, and may be empty.
    """

    kind: ChangeKind
    rule: str
    severity: Severity
    resource: str
    resource_type: str
    related: tuple[str, ...]
    fingerprint: str
    was: str | None
    now: str | None
    message: str
    why: str = ""

    @property
    def sort_key(self) -> tuple[int, int, str, str, str]:
        """Kind, severity, rule, resource, fingerprint."""
        kind = list(ChangeKind).index(self.kind)
        return kind, self.severity.rank, self.rule, self.resource.lower(), self.fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMark:
    """One of the two runs: which, when it started, and its score."""

    id: str
    started_at: datetime
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one run to a later one, in the order of `Change.sort_key`.

    `gone_resources` had verdicts before and have none now, and nothing hides them. `notes` say what makes the
    two runs hard to compare, such as another scope; empty where nothing does.
    """

    old: RunMark
    new: RunMark
    changes: tuple[Change, ...]
    gone_resources: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[ChangeKind, int]:
        """How many changes of each kind there are, zeros included."""
        return {kind: len(self.of(kind)) for kind in ChangeKind}

    @property
    def score_change(self) -> tuple[float, float, float] | None:
        """Value, least and most that the score can have changed by; None where either run has no score.

        Least and most take every unknown of both runs as it hurts and helps most.
        """
        old, new = self.old.marks, self.new.marks
        if old.value is None or old.low is None or old.high is None:
            return None
        if new.value is None or new.low is None or new.high is None:
            return None
        differences = (new.value - old.value, new.low - old.high, new.high - old.low)
        value, least, most = (round(difference, 1) for difference in differences)
        return value, least, most

    @property
    def worsened(self) -> tuple[Change, ...]:
        """What someone should be told of: open now, and not open before or not known to be."""
        worse = self.of(ChangeKind.NEW, ChangeKind.REGRESSED, ChangeKind.WORSE, ChangeKind.UNWAIVED)
        known = tuple(change for change in self.of(ChangeKind.KNOWN_AGAIN) if change.now == "fail")
        return (*worse, *known)

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind in kinds)
