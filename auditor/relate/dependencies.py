"""What AI workloads lean on: the key vaults, registries and so on that a workspace or an app names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from auditor.model.estate import Estate
from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact, Resource
from auditor.relate.owners import known
from auditor.relate.workloads import Relations

Link = Literal["storage_account", "key_vault", "container_registry", "application_insights"]
Users = dict[ArmId, tuple[Resource, ...]]

# Other registries, such as public ones, are no Azure resources.
_REGISTRY_SUFFIXES = (".azurecr.io", ".azurecr.us", ".azurecr.cn")


def link_of(estate: Estate, workspace: Workspace, link: Link) -> Fact[ArmId | None]:
    """A dependency as the workspace names it, or its hub where a project names none.

    Raises Undecided where the hub cannot be seen, or what is named is malformed.
    """
    own: Fact[ArmId | None] = getattr(workspace, link)
    if own.value is not None or workspace.hub.value is None:
        return own
    hub = estate.find(Workspace, workspace.hub.value)
    if hub is None:
        said = f"the hub of {workspace.name} cannot be seen: deleted, or hidden from Reader"
        raise Undecided(said, Reason.HIDDEN, evidence=(workspace.hub.evidence(),))
    inherited: Fact[ArmId | None] = getattr(hub, link)
    return inherited


def linked(estate: Estate, link: Link) -> Users:
    """What the workspaces link, each with those that do. Silent about links that cannot be read."""
    found: dict[ArmId, list[Resource]] = defaultdict(list)
    for workspace in estate.listed(Workspace):
        try:
            rid = link_of(estate, workspace, link).value
        except Undecided:
            continue
        if rid is not None:
            found[rid].append(workspace)
    return {rid: tuple(rows) for rid, rows in found.items()}


def registry_users(estate: Estate, relations: Relations) -> Users:
    """The registries that workspaces link and container apps of workloads name, each with those that do."""
    found: dict[ArmId, list[Resource]] = defaultdict(list)
    for rid, workspaces in linked(estate, "container_registry").items():
        found[rid].extend(workspaces)
    by_host = _by_host(estate)
    for app in related_apps(estate, relations):
        for host in registry_hosts(app):
            if host in by_host:
                found[by_host[host]].append(app)
    return {rid: tuple(rows) for rid, rows in found.items()}


def in_use(estate: Estate, relations: Relations) -> frozenset[ArmId]:
    """The key vaults and registries of workloads."""
    return frozenset((*linked(estate, "key_vault"), *registry_users(estate, relations)))


def related_apps(estate: Estate, relations: Relations) -> Iterable[ContainerApp]:
    """The container apps that belong to a workload."""
    return (app for app in estate.listed(ContainerApp) if relations.workloads_of(app.id))


def registry_hosts(app: ContainerApp) -> tuple[str, ...]:
    """The hosts, in lower case, of the Azure registries that an app names; none where that is malformed."""
    hosts = ((known(one.server) or "").strip().lower() for one in known(app.registries) or ())
    return tuple(dict.fromkeys(host for host in hosts if host.endswith(_REGISTRY_SUFFIXES)))


def unseen_hosts(estate: Estate, app: ContainerApp) -> tuple[str, ...]:
    """Those of them that no registry that was read answers for."""
    by_host = _by_host(estate)
    return tuple(host for host in registry_hosts(app) if host not in by_host)


def _by_host(estate: Estate) -> dict[str, ArmId]:
    rows = estate.listed(Registry)
    return {(known(row.login_server) or "").lower(): row.id for row in rows if known(row.login_server)}
