"""The lines of a journal, and what they say together: which changes are open, and who was rejected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from auditor.fix.change import Change, Match, Proof, Wanted
from auditor.model.document import evidence as evidence_value
from auditor.model.fix import FixKind, Outcome
from auditor.model.ids import ArmId, MalformedId
from auditor.model.json_object import JsonObject, Malformed
from auditor.model.restored_fix import restored_evidence

VERSION = 1
Event = Literal["intended", "undoing", "ended"]
_EVENTS = ("intended", "undoing", "ended")
# Nothing more is to be found out about a change that ended so.
_OPEN = frozenset({Outcome.UNVERIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `name` is the change's: the run's id and a number. Which members it has its event decides."""

    event: Event
    at: datetime
    run_id: str
    name: str
    change: Change | None = None
    endpoint: ArmId | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChange:
    """A change of an earlier run that may or may not have taken effect.

    `is_being_undone` where that run had decided to undo it.
    """

    name: str
    run_id: str
    at: datetime
    change: Change
    is_being_undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`rejected` are the private endpoints whose connection was rejected again after an approval."""

    open: tuple[OpenChange, ...] = ()
    rejected: frozenset[ArmId] = frozenset()


def history_of(lines: Iterable[Line]) -> History:
    """Raises Malformed for an outcome without its intent."""
    intended: dict[str, Line] = {}
    undoing: set[str] = set()
    ended: dict[str, Outcome] = {}
    rejected: set[ArmId] = set()
    for line in lines:
        if line.event == "intended":
            intended[line.name] = line
        elif line.event == "undoing":
            undoing.add(line.name)
            rejected.update((line.endpoint,) if line.endpoint else ())
        elif line.outcome is not None:
            ended[line.name] = line.outcome
    open_changes = tuple(
        OpenChange(
            name=name,
            run_id=line.run_id,
            at=line.at,
            change=line.change,
            is_being_undone=name in undoing,
        )
        for name, line in intended.items()
        if line.change is not None and ended.get(name, Outcome.UNVERIFIED) in _OPEN
    )
    return History(open=open_changes, rejected=frozenset(rejected))


def written(change: Change) -> dict[str, Any]:
    """A change as members of a line."""
    return {
        "kind": change.kind.value,
        "target": change.target.text,
        "subject": change.subject.text,
        "private_endpoint": change.private_endpoint.text if change.private_endpoint else None,
        "decision": change.decision,
        "row": change.row,
        "before": change.before,
        "after": change.after,
        "message": change.said,
        "needs": list(change.needs),
        "evidence": [evidence_value(seen) for seen in change.evidence],
        "unproven": list(change.unproven),
        "revert": change.revert,
        "proof": _proof_value(change.proof) if change.proof else None,
    }


def _proof_value(proof: Proof) -> dict[str, Any]:
    wanted = [{"path": one.path, "match": one.match, "value": one.value} for one in proof.wanted]
    return {"api_version": proof.api_version, "wanted": wanted}


def line_of(value: object) -> Line:
    """Raises Malformed, naming the member."""
    of = JsonObject.of(value)
    of.exactly("version", VERSION)
    event = cast("Event", of.one_of("event", _EVENTS))
    at, run_id, name = of.moment("at"), of.text("run"), of.text("change")
    change, endpoint, outcome = None, None, None
    if event == "intended":
        change = _change(of)
    elif event == "undoing":
        endpoint = _optional_id(of, "private_endpoint")
        of.text("message")
    else:
        outcome = of.chosen("outcome", Outcome)
        of.optional_text("after")
        of.text("message")
    of.refuse_rest()
    return Line(
        event=event, at=at, run_id=run_id, name=name, change=change, endpoint=endpoint, outcome=outcome
    )


def _change(of: JsonObject) -> Change:
    return Change(
        kind=of.chosen("kind", FixKind),
        target=_id(of, "target"),
        subject=_id(of, "subject"),
        private_endpoint=_optional_id(of, "private_endpoint"),
        decision=of.optional_text("decision"),
        row=of.optional_whole("row"),
        before=of.optional_text("before"),
        after=of.text("after"),
        said=of.text("message"),
        needs=of.texts("needs"),
        evidence=tuple(restored_evidence(seen) for seen in of.objects("evidence")),
        unproven=of.texts("unproven"),
        revert=of.text("revert"),
        proof=_proof(proof) if (proof := of.optional_object("proof")) else None,
    )


def _proof(of: JsonObject) -> Proof:
    proof = Proof(api_version=of.text("api_version"), wanted=tuple(map(_wanted, of.objects("wanted"))))
    of.refuse_rest()
    return proof


def _wanted(of: JsonObject) -> Wanted:
    match = cast("Match", of.one_of("match", get_args(Match)))
    wanted = Wanted(path=of.text("path"), match=match, value=of.value("value"))
    of.refuse_rest()
    return wanted


def _id(of: JsonObject, key: str) -> ArmId:
    try:
        return ArmId.parse(of.text(key))
    except MalformedId:
        raise Malformed(of.place(key), "must be an ARM id") from None


def _optional_id(of: JsonObject, key: str) -> ArmId | None:
    return None if of.value(key) is None else _id(of, key)
