"""From decisions to a plan: which connections are approved, and what is said of the others."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.fix.change import Change, Plan, plain
from auditor.fix.decision import Decision, Means
from auditor.model.fix import Fix, FixKind, Outcome
from auditor.model.ids import ArmId
from auditor.relate.owners import known
from auditor.relate.targets import approving_actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator asks for. `named` connections are approved on the operator's word."""

    managed: bool = False
    named: frozenset[ArmId] = frozenset()
    most: int = 10


_UNTOLD = "nothing approves such a request, not even --approve"
_HINTS = {
    Means.FIX_MANAGED: "--fix-managed approves it, and rejects it again unless our own side turns",
    Means.APPROVE: "only --approve with the connection's id approves it, on your word",
    Means.NOTHING: _UNTOLD,
}


def planned(decisions: Sequence[Decision], wish: Wish) -> Plan:
    """The approvals in the order of the decisions, at most `wish.most`, and an entry for every other one.

    A named connection that is not among the decisions was not found in the audited scope: that is a failure,
    and so is one that must not be approved even by name.
    """
    changes: list[Change] = []
    others: list[Fix] = []
    for decision in decisions:
        if not _is_wanted(decision, wish):
            others.append(_skipped(decision, wish))
        elif len(changes) >= wish.most:
            said = f"{_sentence(decision)}; left for another run by --max-fixes {wish.most}"
            others.append(_entry(decision, Outcome.SKIPPED, said))
        else:
            changes.append(change_of(decision))
    found = {decision.connection.id for decision in decisions}
    others.extend(_not_found(rid) for rid in sorted(wish.named) if rid not in found)
    return Plan(changes=tuple(changes), others=tuple(others))


def change_of(decision: Decision) -> Change:
    """The approval of one connection."""
    connection = decision.connection
    target = connection.scope
    return Change(
        kind=FixKind.APPROVE_PRIVATE_ENDPOINT,
        target=target,
        subject=connection.id,
        private_endpoint=decision.endpoint,
        decision=decision.kind.value,
        row=decision.row,
        before=known(connection.status),
        after="Approved",
        said=_sentence(decision),
        needs=approving_actions(target.resource_type or ""),
        evidence=plain(decision.evidence),
        unproven=decision.unproven,
        revert=revert_command(connection.id),
    )


def revert_command(connection: ArmId) -> str:
    """Rejecting takes the private path away; deleting the connection would let the requester ask anew."""
    return (
        f"az network private-endpoint-connection reject --id {shlex.quote(connection.text)}"
        " --description 'approval taken back'"
    )


def _is_wanted(decision: Decision, wish: Wish) -> bool:
    if decision.means is Means.NOTHING:
        return False
    if decision.connection.id in wish.named or decision.means is Means.FIX:
        return True
    return wish.managed and decision.means is Means.FIX_MANAGED


def _skipped(decision: Decision, wish: Wish) -> Fix:
    said = _sentence(decision)
    if decision.connection.id not in wish.named:
        return _entry(decision, Outcome.SKIPPED, f"{said}: {_HINTS[decision.means]}")
    if known(decision.connection.status) == "Approved":
        return _entry(decision, Outcome.ALREADY_APPROVED, said)
    return _entry(decision, Outcome.FAILED, f"named with --approve, but {said}: {_UNTOLD}")


def _entry(decision: Decision, outcome: Outcome, message: str) -> Fix:
    connection = decision.connection
    state = known(connection.status)
    return Fix(
        kind=FixKind.APPROVE_PRIVATE_ENDPOINT,
        target=connection.scope.text,
        connection=connection.id.text,
        private_endpoint=decision.endpoint.text if decision.endpoint else None,
        decision=decision.kind.value,
        row=decision.row,
        action="skip",
        outcome=outcome,
        before=state,
        after=state,
        message=message,
        evidence=plain(decision.evidence),
        unproven=decision.unproven,
    )


def _not_found(connection: ArmId) -> Fix:
    return Fix(
        kind=FixKind.APPROVE_PRIVATE_ENDPOINT,
        target=(connection.parent or connection).text,
        connection=connection.text,
        private_endpoint=None,
        decision=None,
        row=None,
        action="skip",
        outcome=Outcome.FAILED,
        before=None,
        after=None,
        message="named with --approve, but the audited scope holds no such connection that could be read",
    )


def _sentence(decision: Decision) -> str:
    return f"the request {decision.said}"
