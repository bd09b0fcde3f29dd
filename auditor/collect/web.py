"""Web apps and container apps: the callers."""

from __future__ import annotations

from auditor.collect.source import Source, in_each_subscription
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site

SOURCES = (
    Source(
        record=Site,
        api_version="2024-04-01",
        why="stable; virtualNetworkSubnetId and publicNetworkAccess are in it",
        asks=in_each_subscription(Site),
    ),
    Source(
        record=ContainerApp,
        api_version="2024-03-01",
        why="stable, the catalogue's floor",
        asks=in_each_subscription(ContainerApp),
    ),
    Source(
        record=ManagedEnvironment,
        api_version="2025-01-01",
        why="the first stable version that shows publicNetworkAccess of an environment",
        asks=in_each_subscription(ManagedEnvironment),
    ),
)
