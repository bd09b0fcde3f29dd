"""What ends: models and features."""

from __future__ import annotations

from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from tests.meta.mutations.changes import drop, put
from tests.meta.mutations.mutation import Mutation

MODEL = f"{CLAIMS_OPENAI}/models/gpt-4o-2024-11-20"
DIRECTORY = f"{WORKSPACE}/datastores/workspaceworkingdirectory"

MUTATIONS = (
    Mutation(
        name="lifecycle-model-retired",
        change=put(MODEL, "deprecation.inference", "2026-06-01T00:00:00Z"),
        flips="""
    fail lifecycle-model-retirement on gpt-4o
    """,
    ),
    Mutation(
        name="lifecycle-workspace-of-the-first-generation",
        change=put(WORKSPACE, "properties.v1LegacyMode", True),
        before=drop(DIRECTORY),
        flips="""
    fail lifecycle-retired-features on actuarial-ml
    fail workspace-legacy-switches on actuarial-ml
    """,
    ),
)
