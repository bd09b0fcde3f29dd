"""defender-ai-plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.finding import NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.defender import Pricing, Subscription
from auditor.model.wire import Resource
from auditor.relate.owners import known
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Unknown,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls

PLAN = "AI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Each subscription that holds an AI account. With resource groups alone in scope there is none."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (CognitiveAccount,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[Subscription]]:
        held = {account.id.subscription for account in view.estate.listed(CognitiveAccount)}
        for rid in sorted(found for found in held if found is not None):
            subscription = Subscription.of(rid)
            yield Subject(resource=subscription, judged=subscription)


@rule(
    id="defender-ai-plan",
    title="Defender for AI services on",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=Holders(),
    reads=(Pricing,),
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Switch the subscription to the plan. It is charged by the tokens that are scanned.",
        az="az security pricing create --name AI --tier standard --subscription {name}",
    ),
    controls=controls(policy=("c2c0c6d8-007b-4a48-8d9b-3539bddd8e87",), mcsb=("LT-1",), nist=("SI-4",)),
    sources=(
        Source(
            title="AI threat protection of Defender for Cloud",
            url="https://learn.microsoft.com/azure/defender-for-cloud/ai-threat-protection",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def defender_ai_plan(subscription: Subscription, view: View) -> Verdict:
    """Microsoft Defender watches the AI services of the subscription.

    Why
        A private network does not stop a jailbreak, a poisoned document or a stolen token that is used from
        inside. The plan looks at prompts and answers and raises alerts for them; nothing else in Azure does.
    Pass when
        `pricingTier` of the plan AI is Standard. Which of its extensions are on is noted.
    Fail when
        It is Free.
    Unknown when
        The plan is not answered (404, not offered in this cloud, or Defender is not registered in the
        subscription), reading it is refused, or the tier is absent, null or not known.
    Not applicable when
        Never: subscriptions without an AI account have no result, nor has any where only some of its
        resource groups are audited.
    Evidence
        `properties.pricingTier` of `Microsoft.Security/pricings/AI` of the subscription, api-version
        2024-01-01. Extensions say whether they are on as text, True or False.
    Remedy
        Switch the subscription to the plan.
    """
    plan = _plan(subscription.id, view)
    if isinstance(plan, Unknown):
        return plan
    tier, notes = plan.tier, _extensions(plan)
    if tier.value is None:
        raise Undecided("the plan names no tier", Reason.MALFORMED, evidence=(tier.evidence(),))
    if tier.value == "Standard":
        said = "Defender for AI services is on"
        return Pass(message=said, evidence=(tier.evidence(),), notes=notes)
    said = "Defender for AI services is off (tier Free): attacks on the models raise no alert"
    return Fail(message=said, evidence=(tier.evidence(),))


def _plan(subscription: ArmId, view: View) -> Pricing | Unknown:
    rid = subscription.child("providers", *Pricing.ARM_TYPE.split("/"), PLAN)
    said = "the plan for AI services is not answered here: not offered in this cloud, or not registered"
    try:
        found = view.estate.find(Pricing, rid)
    except NotRead as unread:
        if unread.reason not in {Reason.HIDDEN, Reason.NOT_OFFERED, Reason.OUT_OF_SCOPE}:
            raise
        return Unknown(message=said, reason=Reason.NOT_OFFERED, gap=unread.gap)
    return found if found is not None else Unknown(message=said, reason=Reason.NOT_OFFERED)


def _extensions(plan: Pricing) -> tuple[str, ...]:
    rows = ((known(row.name), known(row.is_enabled)) for row in known(plan.extensions) or ())
    return tuple(f"extension {name} is {'on' if state == 'True' else 'off'}" for name, state in rows if state)
