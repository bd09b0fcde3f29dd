"""A step as the change that plans, the journal and reports share."""

from __future__ import annotations

from auditor.fix.change import Change, Proof
from auditor.fix.guided.comparing import unmet
from auditor.fix.guided.step import Step
from auditor.model.finding import Evidence
from auditor.model.ids import ArmId


def change_of(step: Step, seen: tuple[Evidence, ...] = ()) -> Change:
    """`seen` is the finding's evidence. The proof is left out where it held before the write already."""
    is_telling = bool(unmet(step.wanted, step.before))
    return Change(
        kind=step.kind,
        target=ArmId.parse(step.target),
        subject=ArmId.parse(step.object_id),
        before=step.held,
        after=step.wish,
        said=step.said,
        needs=(step.action,),
        revert=step.revert,
        evidence=seen,
        proof=Proof(api_version=step.api_version, wanted=step.wanted) if is_telling else None,
    )
