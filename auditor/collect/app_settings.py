"""The settings of web apps and container apps, only where the operator asks for them.

ARM lists a site's settings by POST, to who holds `Microsoft.Web/sites/config/list/action`: Reader does not.
The values of a container app stand in its own answer; they are read by the same step, for they are as secret.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.collect.source import Ask, Selection, Source
from auditor.model.estate import Estate
from auditor.model.reach import APP_SETTINGS
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.resources.app_settings import ContainerAppSettings, SiteSettings


def _of_sites(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    """Of every site: which of them call a model or a search service is what their settings tell."""
    for site in estate.listed(Site):
        settings = site.id.child("config", "appsettings")
        yield Ask(scope=settings, paths=(f"{settings}/list",), single=True)


def _of_container_apps(estate: Estate, _selection: Selection) -> Iterable[Ask]:
    for app in estate.listed(ContainerApp):
        yield Ask(scope=app.id, paths=(app.id.text,), single=True)


SOURCES = (
    Source(
        record=SiteSettings,
        api_version="2024-04-01",
        why="stable, as the sites themselves",
        asks=_of_sites,
        requires=(Site,),
        step=APP_SETTINGS,
        method="POST",
    ),
    Source(
        record=ContainerAppSettings,
        api_version="2024-03-01",
        why="stable, as the container apps themselves",
        asks=_of_container_apps,
        requires=(ContainerApp,),
        step=APP_SETTINGS,
    ),
)
