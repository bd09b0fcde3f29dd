"""Logs and telemetry."""

from __future__ import annotations

from auditor.sandbox.sample.company import ACTUARIAL, within
from auditor.sandbox.sample.learning_dependencies import COMPONENT, VAULT
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_STORAGE
from tests.meta.mutations.changes import drop, every, put
from tests.meta.mutations.mutation import Mutation

SCOPE = within(ACTUARIAL, "microsoft.insights/privateLinkScopes", "ampls-norrland-ai")
SETTING = "providers/microsoft.insights/diagnosticSettings/to-log-analytics"
OPEN_AND_OUTSIDE: tuple[tuple[str, object], ...] = (
    ("properties.PrivateLinkScopedResources", []),
    ("properties.publicNetworkAccessForIngestion", "Enabled"),
    ("properties.publicNetworkAccessForQuery", "Enabled"),
)

MUTATIONS = (
    Mutation(
        name="logs-of-an-account-gone",
        change=drop(f"{CLAIMS_OPENAI}/{SETTING}"),
        flips="""
    fail monitoring-resource-logs on oai-norrland-claims
    """,
    ),
    Mutation(
        name="logs-of-a-vault-switched-off",
        change=put(f"{VAULT}/{SETTING}", "properties.logs[0].enabled", False),
        flips="""
    fail monitoring-resource-logs on kv-actuarial-ml
    """,
    ),
    Mutation(
        name="logs-of-blobs-gone",
        change=drop(f"{CLAIMS_STORAGE}/blobServices/default/{SETTING}"),
        flips="""
    fail monitoring-resource-logs on stnorrlandclaims
    """,
    ),
    Mutation(
        name="telemetry-open-and-in-no-scope",
        change=every(drop(SCOPE), *(put(COMPONENT, path, value) for path, value in OPEN_AND_OUTSIDE)),
        flips="""
    fail monitoring-private-telemetry on appi-actuarial-ml of actuarial-ml
    """,
    ),
)
