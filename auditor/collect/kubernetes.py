"""Kubernetes clusters that workspaces compute on, one by one: no other cluster is our business."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source
from auditor.model.estate import Estate
from auditor.model.ids import same_text
from auditor.model.resources.compute import Compute
from auditor.model.resources.kubernetes import ClusterExtension, ManagedCluster


def _named_by_computes(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    facts = (compute.resource for compute in estate.listed(Compute))
    named = {fact.value for fact in facts if not fact.is_malformed and fact.value is not None}
    for rid in sorted(named):
        is_cluster = same_text(rid.resource_type or "", ManagedCluster.ARM_TYPE)
        if is_cluster and rid.subscription in estate.visible:
            yield Ask(scope=rid, paths=(rid.text,), single=True)


def _on_each_cluster(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    for cluster in estate.listed(ManagedCluster):
        path = cluster.id.child("providers", *ClusterExtension.ARM_TYPE.split("/"))
        yield Ask(scope=cluster.id, paths=(path.text,))


SOURCES = (
    Source(
        record=ManagedCluster,
        api_version="2024-05-01",
        why="stable, with the API server's access profile in full",
        asks=_named_by_computes,
        requires=(Compute,),
    ),
    Source(
        record=ClusterExtension,
        api_version="2023-05-01",
        why="the stable version of cluster extensions",
        asks=_on_each_cluster,
        requires=(ManagedCluster,),
    ),
)
