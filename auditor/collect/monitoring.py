"""Diagnostic settings of what is audited, private link scopes of Azure Monitor, and Log Analytics."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source, below_each, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.monitoring import (
    DiagnosticSetting,
    LogWorkspace,
    PrivateLinkScope,
    ScopedResource,
)
from auditor.relate.deeper_evidence import READS as DEEPER_READS
from auditor.relate.log_settings import READS, logging_resources, setting_scopes
from auditor.relate.workloads import discover

SCOPES_VERSION = "2021-07-01-preview"
SCOPES_WHY = "the first version with the access modes; no stable one has them"


def _settings(estate: Estate, selection: Selection) -> Iterable[Ask]:
    relations = discover(estate, selection.declared)
    for row in logging_resources(estate, relations, everything=selection.all_resources):
        for scope in setting_scopes(row):
            yield Ask(scope=scope, paths=(f"{scope}/providers/{DiagnosticSetting.ARM_TYPE}",))


SOURCES = (
    Source(
        record=DiagnosticSetting,
        api_version="2021-05-01-preview",
        why="the only version in use; there is no stable one",
        asks=_settings,
        requires=READS,
        after=DEEPER_READS,
    ),
    Source(
        record=PrivateLinkScope,
        api_version=SCOPES_VERSION,
        why=SCOPES_WHY,
        asks=in_each_subscription(PrivateLinkScope),
    ),
    Source(
        record=ScopedResource,
        api_version=SCOPES_VERSION,
        why=SCOPES_WHY,
        asks=below_each(ScopedResource, PrivateLinkScope),
        requires=(PrivateLinkScope,),
    ),
    Source(
        record=LogWorkspace,
        api_version="2023-09-01",
        why="stable, with public network access for ingestion and query",
        asks=in_each_subscription(LogWorkspace),
    ),
)
