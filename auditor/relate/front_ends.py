"""The web apps and container apps that belong to a workload."""

from __future__ import annotations

from typing import TypeVar

from auditor.model.estate import Estate
from auditor.model.ids import ArmId
from auditor.model.resources.app import ContainerApp, Site
from auditor.model.wire import Resource
from auditor.relate.workloads import Relations

R = TypeVar("R", bound=Resource)


def related(estate: Estate, relations: Relations, of: type[R]) -> tuple[R, ...]:
    """Those of a type that are a member of some workload, ordered by id."""
    return tuple(row for row in estate.listed(of) if relations.workloads_of(row.id))


def config_web(site: Site) -> ArmId:
    return site.id.child("config", "web")


def sign_in(app: Site | ContainerApp) -> ArmId:
    """Where the sign-in settings of an app stand: one object of a site, the parent of a container app's."""
    return app.id.child("config", "authsettingsV2") if isinstance(app, Site) else app.id
