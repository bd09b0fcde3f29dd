"""Microsoft Defender for Cloud."""

from __future__ import annotations

from auditor.sandbox.sample.company import AI_PROD
from tests.meta.mutations.changes import put
from tests.meta.mutations.mutation import Mutation

PLAN = f"/subscriptions/{AI_PROD}/providers/Microsoft.Security/pricings/AI"

MUTATIONS = (
    Mutation(
        name="defender-off",
        change=put(PLAN, "properties.pricingTier", "Free"),
        flips="""
    fail defender-ai-plan on 34e06687
    """,
    ),
)
