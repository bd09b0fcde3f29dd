"""One change, of any kind: as it is planned, and what came of it. What plans, confirms and journals share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from auditor.model.finding import ABSENT, Evidence
from auditor.model.fix import Action, Fix, FixKind, Outcome
from auditor.model.ids import ArmId
from auditor.model.json_value import json_value

Match = Literal["text", "value", "words", "last-segment", "present", "zones"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the object holds at a dotted path once the write has taken effect.

    `match`: "text" compares without case, "value" as JSON, "words" a comma-separated list as a set,
    "last-segment" the end of an id, "present" asks for any text, "zones" compares the zones of a zone group.
    """

    path: str
    match: Match
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How to see, also in a later run, that a change took effect: what to read, and what must be there."""

    api_version: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that a fix would write.

    `target` is the resource whose settings are concerned, `subject` the object that is written: the target
    itself, or a connection, assignment or rule below it. `before` and `after` are states in the object's own
    words. `needs` are the ARM actions that the identity must hold on the target. `said` completes "because
    it …". `private_endpoint`, `decision` and `row` are those of approvals, whose state needs no `proof`.
    """

    kind: FixKind
    target: ArmId
    subject: ArmId
    before: str | None
    after: str
    said: str
    needs: tuple[str, ...]
    revert: str
    evidence: tuple[Evidence, ...] = ()
    unproven: tuple[str, ...] = ()
    private_endpoint: ArmId | None = None
    decision: str | None = None
    row: int | None = None
    proof: Proof | None = None

    @property
    def action(self) -> Action:
        return "approve" if self.kind is FixKind.APPROVE_PRIVATE_ENDPOINT else "apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of a change. `after` is the state it was left in, None where that is not known."""

    outcome: Outcome
    after: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be written, in the order it would be, and what was looked at and will not be."""

    changes: tuple[Change, ...]
    others: tuple[Fix, ...] = ()


def reported(change: Change, ended: Ended) -> Fix:
    """The change as the report shows it. Only what took effect, or may have, can be undone."""
    is_left = ended.outcome in (Outcome.SKIPPED, Outcome.CHANGED_UNDER_US, Outcome.REVERTED)
    approves = change.kind is FixKind.APPROVE_PRIVATE_ENDPOINT
    return Fix(
        kind=change.kind,
        target=change.target.text,
        connection=change.subject.text if approves else None,
        private_endpoint=change.private_endpoint.text if change.private_endpoint else None,
        decision=change.decision,
        row=change.row,
        action="skip" if ended.outcome is Outcome.SKIPPED else change.action,
        outcome=ended.outcome,
        before=change.before,
        after=ended.after,
        message=ended.message,
        evidence=change.evidence,
        unproven=change.unproven,
        revert=None if is_left else change.revert,
    )


def all_ended(changes: Sequence[Change], outcome: Outcome, message: str) -> tuple[Fix, ...]:
    """The same for each of several: none of them was written."""
    return tuple(
        reported(change, Ended(outcome=outcome, after=change.before, message=message)) for change in changes
    )


def plain(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence with values as JSON has them: what is written must read back as it was."""
    return tuple(
        seen if seen.value is ABSENT else replace(seen, value=json_value(seen.value)) for seen in evidence
    )
