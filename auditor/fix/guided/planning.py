"""From findings to a plan: each judged again, each remedy read out into steps, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.collect.arm import Reader
from auditor.collect.refusal import ReadFailed
from auditor.fix.change import Change, Ended, Plan, plain, reported
from auditor.fix.guided.changes import change_of
from auditor.fix.guided.refusals import CannotApply
from auditor.fix.guided.step import Step
from auditor.fix.guided.steps import steps_of
from auditor.model.fix import Fix, FixKind, Outcome
from auditor.model.ids import ArmId, same_text
from auditor.model.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedPlan:
    """The plan as it is shown, and the step behind each of its changes, by the object that it writes."""

    plan: Plan
    steps: Mapping[ArmId, Step]


async def planned(reader: Reader, findings: Sequence[Result], now: Sequence[Result]) -> GuidedPlan:
    """Raises nothing for what cannot be applied: that is an entry beside the plan, and a failure."""
    changes: dict[ArmId, Change] = {}
    steps: dict[ArmId, Step] = {}
    others: list[Fix] = []
    for finding in findings:
        found = await _steps(reader, finding, now)
        if isinstance(found, Fix):
            others.append(found)
            continue
        for step in found:
            change = change_of(step, plain(finding.verdict.evidence))
            if not step.is_due:
                others.append(reported(change, _there_already(step)))
            # Two findings may ask for one thing: it is written once.
            elif change.subject not in steps:
                steps[change.subject], changes[change.subject] = step, change
    return GuidedPlan(plan=Plan(changes=tuple(changes.values()), others=tuple(others)), steps=steps)


async def _steps(reader: Reader, finding: Result, now: Sequence[Result]) -> tuple[Step, ...] | Fix:
    if finding.fix is None:
        raise ValueError("a finding without a fix has no steps")
    if (mended := _mended(finding, now)) is not None:
        return _left(finding, Outcome.ALREADY_APPLIED, f"mended already: {mended.verdict.message}")
    if stale := _stale(finding, now):
        return _left(finding, Outcome.CHANGED_UNDER_US, f"{stale}: nothing is written, scan again")
    try:
        return await steps_of(reader, finding.fix)
    except CannotApply as refusal:
        return _left(finding, Outcome.CHANGED_UNDER_US, f"not as the report says: {refusal}")
    except ReadFailed as failure:
        missing = f", missing permission {failure.action}" if failure.action else ""
        return _left(finding, Outcome.FAILED, f"could not be read{missing}: {failure.detail}")


def _mended(finding: Result, now: Sequence[Result]) -> Result | None:
    """The rule's pass on the same resource; what a finding is related to may change as it is mended."""
    same = [one for one in now if one.rule == finding.rule and same_text(one.resource, finding.resource)]
    exact = [one for one in same if one.fingerprint == finding.fingerprint]
    found = exact or same
    return found[0] if found and all(one.status == "pass" for one in found) else None


def _stale(finding: Result, now: Sequence[Result]) -> str:
    """Why the finding does not hold any more as the report has it; "" where it does."""
    found = next((one for one in now if one.fingerprint == finding.fingerprint), None)
    if found is None:
        return f"{finding.resource} is not there any more, or is not judged by {finding.rule}"
    if found.status != "fail":
        return f"{finding.rule} is {found.status.replace('_', ' ')} now ({found.verdict.message})"
    if found.fix != finding.fix:
        return f"{finding.rule} asks for something else now ({found.verdict.message})"
    return ""


def _there_already(step: Step) -> Ended:
    said = f"there already: {step.said}"
    return Ended(outcome=Outcome.ALREADY_APPLIED, after=step.held, message=said)


def _left(finding: Result, outcome: Outcome, said: str) -> Fix:
    kind = finding.fix.kind if finding.fix else ""
    targets: Iterable[str] = finding.fix.targets if finding.fix else ()
    return Fix(
        kind=FixKind(kind),
        target=next(iter(targets), finding.resource),
        connection=None,
        private_endpoint=None,
        decision=None,
        row=None,
        action="skip",
        outcome=outcome,
        before=None,
        after=None,
        message=said,
        evidence=plain(finding.verdict.evidence),
    )
