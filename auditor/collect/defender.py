"""Defender for Cloud's plan for AI services, of subscriptions that hold an AI account."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source
from auditor.model.estate import Estate
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.defender import Pricing

PLAN = "AI"


def _plans(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    holding = {account.id.subscription for account in estate.listed(CognitiveAccount)}
    for subscription in sorted(scope for scope in holding if scope is not None):
        plan = subscription.child("providers", *Pricing.ARM_TYPE.split("/"), PLAN)
        yield Ask(scope=plan, paths=(plan.text,), single=True)


SOURCES = (
    Source(
        record=Pricing,
        api_version="2024-01-01",
        why="the newest stable version; the plan for AI and extensions are in it",
        asks=_plans,
        requires=(CognitiveAccount,),
    ),
)
