"""From which subnets a workload is used: by its apps, computes and agents, and as it is declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import Evidence, Gap
from auditor.model.ids import ArmId, same_text
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.compute import Compute
from auditor.model.resources.container_registry import Registry
from auditor.model.resources.network import VirtualNetwork
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Fact, Resource
from auditor.relate.dependencies import linked, registry_users
from auditor.relate.owners import known
from auditor.relate.ties import TIES, Tie
from auditor.relate.workloads import Relations, Workload

READS: tuple[type[Resource], ...] = (
    Site,
    ContainerApp,
    ManagedEnvironment,
    Workspace,
    Compute,
    Registry,
    CognitiveAccount,
)
"""What a rule must declare that asks for consumers, beside the reads of relations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """One subnet (or, where so declared, a whole network) that callers of a workload stand in.

    `user` is the site, container app, compute or (for its agents) account, and the subnet itself where it is
    declared. `tie` says how surely the user belongs to the workload.
    """

    subnet: ArmId
    user: ArmId
    tie: Tie
    evidence: Evidence

    @property
    def network(self) -> ArmId | None:
        """Its virtual network; None where the declared id is neither a subnet nor a network."""
        if same_text(self.subnet.resource_type or "", VirtualNetwork.ARM_TYPE):
            return self.subnet
        parent = self.subnet.parent
        is_network = parent and same_text(parent.resource_type or "", VirtualNetwork.ARM_TYPE)
        return parent if is_network else None


def consumers(estate: Estate, relations: Relations, workload: Workload) -> tuple[Consumer, ...]:
    """The consumers of one workload, each subnet and user once, ordered by them. Touches READS.

    Empty: none is known. Callers outside every network (a site without integration) are none. Raises nothing
    but UndeclaredRead; a table that was not read adds nothing, see `unread_consumers`. `relations` gives
    the computes of workspaces that the workload is tied to.
    """
    found = {
        (consumer.subnet, consumer.user): consumer
        for consumer in (
            *_declared(workload),
            *_apps(estate, workload),
            *_computes(estate, relations, workload),
            *_agents(estate, workload),
        )
    }
    return tuple(sorted(found.values(), key=lambda one: (one.subnet.key, one.user.key)))


def occupants(estate: Estate) -> tuple[Consumer, ...]:
    """Whatever stands in a subnet and could be a consumer, of this workload, another or none. Touches READS.

    An app that has lost its grant is known to no workload any more, but stands where it stood.
    """
    found = (
        *(one for site in estate.listed(Site) for one in _in(site.subnet, site.id, "suggested")),
        *(
            one
            for row in estate.listed(ManagedEnvironment)
            for one in _in(row.infrastructure_subnet, row.id, "suggested")
        ),
        *(one for row in estate.listed(Workspace) for one in _in(row.serverless_subnet, row.id, "suggested")),
        *(one for row in estate.listed(Compute) for one in _in(row.subnet, row.id, "suggested")),
        *(one for row in estate.listed(CognitiveAccount) for one in _injected(row, "suggested")),
    )
    return tuple(sorted(found, key=lambda one: (one.subnet.key, one.user.key)))


def unread_consumers(estate: Estate, relations: Relations, workload: Workload) -> tuple[Gap, ...]:
    """What could not be read and might hold another consumer: lists near the workload, and environments."""
    members = [rid for ids in workload.members.values() for rid in ids]
    near = {rid.subscription for rid in members}
    gaps = (gap for of in READS if of is not Registry for gap in estate.gaps(of))
    return tuple(gap for gap in gaps if gap.scope.subscription in near)


def workloads_using(estate: Estate, relations: Relations, target: ArmId) -> tuple[Workload, ...]:
    """The workloads of a resource, or of the workspaces and apps that name it as their vault or registry.

    Touches READS. Silent about what could not be read.
    """
    users = (*linked(estate, "key_vault").get(target, ()), *registry_users(estate, relations).get(target, ()))
    members = (target, *(user.id for user in users))
    found = {workload.id: workload for rid in members for workload in relations.workloads_of(rid)}
    return tuple(found.values())


def callers(estate: Estate, relations: Relations, target: ArmId) -> Iterator[tuple[Consumer, Tie]]:
    """The consumers of a target's workloads, and how surely each of them calls the target. Touches READS.

    People call a web app, not the parts of its own workload: of these only the declared ones count there.
    """
    is_front_end = same_text(target.resource_type or "", Site.ARM_TYPE)
    for workload in workloads_using(estate, relations, target):
        own = "confirmed" if target == workload.anchor else workload.tie(workload.anchor, target)
        found = tuple(_declared(workload)) if is_front_end else consumers(estate, relations, workload)
        for consumer in found:
            # A vault or registry is no member of the workload: its workspace links it.
            yield consumer, weaker(consumer.tie, own or "confirmed")


def weaker(*ties: Tie) -> Tie:
    return max(ties, key=TIES.index)


def _declared(workload: Workload) -> Iterator[Consumer]:
    for text in workload.declared.consumers if workload.declared else ():
        subnet = ArmId.parse(text)
        seen = Evidence(resource=subnet.text, path="workload.consumers", value=text)
        yield Consumer(subnet=subnet, user=subnet, tie="confirmed", evidence=seen)


def _apps(estate: Estate, workload: Workload) -> Iterator[Consumer]:
    apps = frozenset(workload.members.get("web_app", ()))
    for site in estate.listed(Site):
        if site.id in apps:
            yield from _in(site.subnet, site.id, _tie(workload, site.id))
    environments = {row.id: row for row in estate.listed(ManagedEnvironment)}
    for app in estate.listed(ContainerApp):
        environment = environments.get(_id(app.environment) or app.id)
        if app.id in apps and environment is not None:
            yield from _in(environment.infrastructure_subnet, app.id, _tie(workload, app.id))


def _computes(estate: Estate, relations: Relations, workload: Workload) -> Iterator[Consumer]:
    workspaces = {rid: _tie(workload, rid) for rid in workload.members.get("workspace", ())}
    for rid, tie in relations.partners(workload.anchor, "workspace"):
        workspaces.setdefault(rid, tie)
    for workspace in estate.listed(Workspace):
        if workspace.id in workspaces:
            yield from _in(workspace.serverless_subnet, workspace.id, workspaces[workspace.id])
    for compute in estate.listed(Compute):
        if compute.scope in workspaces:
            yield from _in(compute.subnet, compute.id, workspaces[compute.scope])


def _agents(estate: Estate, workload: Workload) -> Iterator[Consumer]:
    """The subnets that the agents of Foundry accounts run in, from where they call what they use."""
    accounts = frozenset(workload.members.get("openai", ()))
    for account in estate.listed(CognitiveAccount):
        if account.id in accounts:
            yield from _injected(account, _tie(workload, account.id))


def _injected(account: CognitiveAccount, tie: Tie) -> Iterator[Consumer]:
    for injection in known(account.network_injections) or ():
        if injection.scenario.meaning == "agent":
            yield from _in(injection.subnet, account.id, tie)


def _id(fact: Fact[ArmId | None]) -> ArmId | None:
    return known(fact)


def _in(fact: Fact[ArmId | None], user: ArmId, tie: Tie) -> Iterator[Consumer]:
    if (subnet := known(fact)) is not None:
        yield Consumer(subnet=subnet, user=user, tie=tie, evidence=fact.evidence())


def _tie(workload: Workload, member: ArmId) -> Tie:
    if member == workload.anchor:
        return "confirmed"
    return workload.tie(workload.anchor, member) or "suggested"
