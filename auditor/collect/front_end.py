"""Who gets in to the web apps and container apps of a workload, and the plans they run on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from auditor.collect.source import Ask, Selection, Source, in_each_subscription
from auditor.model.estate import Estate
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.front_end import (
    AppServicePlan,
    ContainerAppAuthentication,
    SiteAuthentication,
    SiteConfiguration,
)
from auditor.relate.deeper_evidence import READS as DEEPER_READS
from auditor.relate.front_ends import related
from auditor.relate.workloads import READS as RELATION_READS
from auditor.relate.workloads import discover

API_VERSION = "2024-04-01"
WHY = "stable, as the sites themselves"
SIGN_IN_WHY = "the second form of the settings, which GET answers without secrets and Reader may read"


def _of_sites(*segments: str) -> Callable[[Estate, Selection], Iterable[Ask]]:
    """One settings object of each site of a workload: other sites are not this auditor's business."""

    def asks(estate: Estate, selection: Selection) -> Iterable[Ask]:
        for site in related(estate, discover(estate, selection.declared), Site):
            rid = site.id.child(*segments)
            yield Ask(scope=rid, paths=(rid.text,), single=True)

    return asks


def _of_container_apps(estate: Estate, selection: Selection) -> Iterable[Ask]:
    for app in related(estate, discover(estate, selection.declared), ContainerApp):
        yield Ask(scope=app.id, paths=(f"{app.id}/authConfigs",))


SOURCES = (
    Source(
        record=AppServicePlan,
        api_version=API_VERSION,
        why=WHY,
        asks=in_each_subscription(AppServicePlan),
    ),
    Source(
        record=SiteConfiguration,
        api_version=API_VERSION,
        why=WHY,
        asks=_of_sites("config", "web"),
        requires=RELATION_READS,
        after=DEEPER_READS,
    ),
    Source(
        record=SiteAuthentication,
        api_version=API_VERSION,
        why=SIGN_IN_WHY,
        asks=_of_sites("config", "authsettingsV2"),
        requires=RELATION_READS,
        after=DEEPER_READS,
    ),
    Source(
        record=ContainerAppAuthentication,
        api_version="2024-03-01",
        why="stable, as the container apps themselves",
        asks=_of_container_apps,
        requires=RELATION_READS,
        after=DEEPER_READS,
    ),
)
