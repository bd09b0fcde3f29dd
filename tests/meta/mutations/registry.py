"""Container registries of workspaces and apps."""

from __future__ import annotations

from auditor.sandbox.sample.shared_services import REGISTRY
from tests.meta.mutations.changes import put
from tests.meta.mutations.mutation import Mutation

MUTATIONS = (
    Mutation(
        name="registry-with-an-admin",
        change=put(REGISTRY, "properties.adminUserEnabled", True),
        flips="""
    fail registry-admin-access on crnorrlandai of actuarial-ml, ca-underwriting-copilot +2
    """,
    ),
    Mutation(
        name="registry-answers-anybody",
        change=put(REGISTRY, "properties.anonymousPullEnabled", True),
        flips="""
    fail registry-admin-access on crnorrlandai of actuarial-ml, ca-underwriting-copilot +2
    """,
    ),
    Mutation(
        name="registry-basic",
        change=put(REGISTRY, "sku.name", "Basic"),
        flips="""
    fail registry-isolation on crnorrlandai of actuarial-ml, ca-underwriting-copilot +2
    """,
    ),
    Mutation(
        name="registry-open",
        change=put(REGISTRY, "properties.publicNetworkAccess", "Enabled"),
        flips="""
    fail registry-isolation on crnorrlandai of actuarial-ml, ca-underwriting-copilot +2
    """,
    ),
)
