"""Web apps and container apps: the callers."""

from __future__ import annotations

from auditor.collect.source import Source, in_each_subscription
from auditor.model.resources.app import ContainerApp, Site

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
)
