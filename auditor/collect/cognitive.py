"""Azure OpenAI and AI services accounts, with their connections and deployments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.collect.source import Ask, Selection, Source, below_each, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.cognitive_account import AccountModel, CognitiveAccount, CognitiveDeployment
from auditor.model.resources.connection import CognitiveConnection

API_VERSION = "2025-06-01"
WHY = "networkAcls.bypass needs 2023-10-01-preview or later; the first stable one with project management"


def _models_of_users(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """What an account may deploy matters only where something is deployed."""
    for account in sorted({deployment.scope for deployment in estate.listed(CognitiveDeployment)}):
        yield Ask(scope=account, paths=(f"{account}/models",))


def _model_name(row: Mapping[str, Any]) -> str:
    stated = (str(row.get(member) or "") for member in ("format", "name", "version"))
    return ".".join(stated).replace("/", "_")


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
    Source(
        record=AccountModel,
        api_version=API_VERSION,
        why=WHY,
        asks=_models_of_users,
        requires=(CognitiveDeployment,),
        names=_model_name,
    ),
)
