"""Azure Machine Learning workspaces and what lies below them."""

from __future__ import annotations

from auditor.collect.source import Source, below_each, in_each_subscription
from auditor.model.resources.compute import BatchEndpoint, Compute, OnlineDeployment, OnlineEndpoint
from auditor.model.resources.connection import WorkspaceConnection
from auditor.model.resources.workspace import ConnectedResource, Datastore, OutboundRule, Workspace
from auditor.model.wire import Resource

API_VERSION = "2024-10-01"
WHY = "stable, with managedNetwork, hubs and projects; read on the wire because MLClient drops connections"

_CHILDREN: tuple[type[Resource], ...] = (
    WorkspaceConnection,
    OutboundRule,
    Datastore,
    ConnectedResource,
    Compute,
    OnlineEndpoint,
    BatchEndpoint,
)

SOURCES = (
    Source(record=Workspace, api_version=API_VERSION, why=WHY, asks=in_each_subscription(Workspace)),
    *(
        Source(
            record=child,
            api_version=API_VERSION,
            why=WHY,
            asks=below_each(child, Workspace),
            requires=(Workspace,),
        )
        for child in _CHILDREN
    ),
    Source(
        record=OnlineDeployment,
        api_version=API_VERSION,
        why=WHY,
        asks=below_each(OnlineDeployment, OnlineEndpoint),
        requires=(OnlineEndpoint,),
    ),
)
