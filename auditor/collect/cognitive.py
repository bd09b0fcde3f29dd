"""Azure OpenAI and AI services accounts, with their connections and deployments."""

from __future__ import annotations

from auditor.collect.source import Source, below_each, in_each_subscription
from auditor.model.resources.cognitive_account import CognitiveAccount, CognitiveDeployment
from auditor.model.resources.connection import CognitiveConnection

API_VERSION = "2025-06-01"
WHY = "networkAcls.bypass needs 2023-10-01-preview or later; the first stable one with project management"

SOURCES = (
    Source(
        record=CognitiveAccount,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(CognitiveAccount),
    ),
    Source(
        record=CognitiveConnection,
        api_version=API_VERSION,
        why=WHY,
        asks=below_each(CognitiveConnection, CognitiveAccount),
        requires=(CognitiveAccount,),
    ),
    Source(
        record=CognitiveDeployment,
        api_version=API_VERSION,
        why=WHY,
        asks=below_each(CognitiveDeployment, CognitiveAccount),
        requires=(CognitiveAccount,),
    ),
)
