"""Web apps and container apps: the callers."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site, SiteConnection
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover

API_VERSION = "2024-04-01"
WHY = "stable; virtualNetworkSubnetId and publicNetworkAccess are in it"


def _site_connections(estate: Estate, selection: Selection) -> Iterable[Ask]:
    """Apps of workloads only: a tenant's other sites are not this auditor's business."""
    relations = discover(estate, selection.declared)
    for site in estate.listed(Site):
        if selection.all_resources or relations.workloads_of(site.id):
            yield Ask(scope=site.id, paths=(f"{site.id}/privateEndpointConnections",))


SOURCES = (
    Source(
        record=Site,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(Site),
    ),
    Source(
        record=SiteConnection,
        api_version=API_VERSION,
        why=WHY,
        asks=_site_connections,
        requires=(Site, *RELATION_READS),
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
