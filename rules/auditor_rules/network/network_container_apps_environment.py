"""network-container-apps-environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from auditor.model.finding import Evidence
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp, ManagedEnvironment
from auditor.model.wire import Resource
from auditor.relate.front_ends import related
from auditor.relate.owners import known
from auditor.relate.ties import TIES
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import (
    Excluded,
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.network.callers import NAME_READS, names_resolve, tie_of
from auditor_rules.network.homes import CALLED, NEW_SUBNET, ROOM_READS, room_fills, room_for
from auditor_rules.private_endpoint.networks import homes_of, meet
from auditor_rules.subjects import CONFIDENCE

_SUMMARY = (
    "Recreate the environment in a subnet of the private endpoints' network: its network is chosen at"
    " creation and cannot be changed. Move the apps, then delete the old environment."
)
_RECREATE = Remedy(
    summary=_SUMMARY,
    az=f"{NEW_SUBNET} && az containerapp env create --name {{new_name}} --resource-group {{group}}"
    " --subscription {subscription} --location {location} --infrastructure-subnet-resource-id {new_subnet_id}"
    " --internal-only true",
)
_PEER = Remedy(
    summary="Peer the environment's network with that of the private endpoints, both ways, or create"
    " endpoints in the environment's network: private-endpoint-common-network tells which.",
    az=None,
)
_NAMES = Remedy(summary="Link the zones that dns-zone-linked names to the environment's network.", az=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhabited:
    """An environment with the container apps of workloads in it."""

    environment: ManagedEnvironment
    apps: tuple[ContainerApp, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environments:
    """Every Container Apps environment; related are its apps. Without one of a workload it is excluded."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (ManagedEnvironment, ContainerApp)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[Inhabited] | Excluded]:
        apps = related(view.estate, view.relations, ContainerApp)
        for environment in view.estate.listed(ManagedEnvironment):
            inside = tuple(app for app in apps if known(app.environment) == environment.id)
            if not inside:
                said = NotApplicable(
                    message="no container app of a workload runs here", reason=Reason.NOT_RELATED
                )
                yield Excluded(resource=environment, verdict=said)
                continue
            yield Subject(
                resource=environment,
                judged=Inhabited(environment=environment, apps=inside),
                related=tuple(app.id.text for app in inside),
                confidence=CONFIDENCE[min((tie_of(view, app.id) for app in inside), key=TIES.index)],
            )


@rule(
    id="network-container-apps-environment",
    title="Container Apps environment is in the network",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=Environments(),
    reads=(*ROOM_READS, *NAME_READS),
    profiles=("private-openai",),
    remedy=Remedy(
        summary=_SUMMARY,
        az=None,
    ),
    controls=controls(mcsb=("NS-1",)),
    sources=(
        Source(
            title="Virtual network configuration of Container Apps environments",
            url="https://learn.microsoft.com/azure/container-apps/custom-virtual-networks",
        ),
    ),
)
def network_container_apps_environment(inhabited: Inhabited, view: View) -> Verdict:
    """The environment of the workload's container apps stands in a network that reaches the endpoints.

    Why
        An environment without a network of ours calls from public addresses: accounts whose public access is
        off refuse it.
    Pass when
        `vnetConfiguration.infrastructureSubnetId` is set, its network is that of the private endpoints which
        the apps need or is peered with it, and the zones are linked to it, as dns-zone-linked judges them.
    Fail when
        The subnet is absent or null; the network does not meet that of an endpoint; or a zone is not linked.
    Unknown when
        The environments, container apps, connections, endpoints, networks or zones could not be read; or that
        the app belongs to the workload is only suggested.
    Not applicable when
        No container app of a workload runs in the environment.
    Evidence
        `properties.vnetConfiguration.infrastructureSubnetId` of `Microsoft.App/managedEnvironments`,
        api-version 2025-01-01; the subnets of the approved endpoints of the accounts, search services and
        storage accounts in the apps' workloads; peerings that are Connected and open, on each side that can
        be read.
    Remedy
        Recreate the environment in the network.
    """
    fact = inhabited.environment.infrastructure_subnet
    subnet = fact.value
    if subnet is None:
        return _outside(view, inhabited)
    network = subnet.parent or subnet
    checks = (
        *(
            attempt(partial(_reaches, view, network, target, fact.evidence()))
            for target in _targets(view, inhabited)
        ),
        attempt(partial(_names, view, network, inhabited)),
        Pass(message=f"in {subnet.name} of {network.name}", evidence=(fact.evidence(),)),
    )
    verdict = worst(checks, Severity.HIGH)
    if not isinstance(verdict, Pass):
        return verdict
    return Pass(message=checks[-1].message, evidence=tuple(seen for one in checks for seen in one.evidence))


def _outside(view: View, inhabited: Inhabited) -> Fail:
    environment = inhabited.environment
    said = "the environment is in no network of ours: its apps call from public addresses"
    seen = (environment.infrastructure_subnet.evidence(),)
    room = next((found for app in inhabited.apps if (found := room_for(view, app.id))), None)
    if room is None:
        return Fail(message=said, evidence=seen)
    new_name = f"{environment.name}-2"
    fills = (
        ("new_name", new_name),
        ("location", (environment.location or "").replace(" ", "").lower()),
        ("new_subnet", new_name),
        ("service", "Microsoft.App/environments"),
        ("new_subnet_id", room[0].id.child("subnets", new_name).text),
    )
    return Fail(message=said, evidence=seen, remedy=_RECREATE, fills=(*fills, *room_fills(*room)))


def _targets(view: View, inhabited: Inhabited) -> tuple[ArmId, ...]:
    """What the workloads of its apps call, as far as that is more than suggested."""
    found = (
        rid
        for app in inhabited.apps
        for workload in view.relations.workloads_of(app.id)
        for role in CALLED
        for rid in workload.members.get(role, ())
        if rid == workload.anchor or workload.tie(workload.anchor, rid) != "suggested"
    )
    return tuple(dict.fromkeys(found))


def _reaches(view: View, network: ArmId, target: ArmId, own: Evidence) -> Verdict:
    homes = homes_of(view, target)
    if not homes.networks:
        return Pass(message=f"{target.name} has no endpoint of ours: other rules say so")
    if any(meet(view, network, home) for home in sorted(homes.networks)):
        return Pass(message=f"meets {target.name}", evidence=homes.evidence)
    names = ", ".join(sorted(home.name for home in homes.networks))
    said = f"the network {network.name} does not meet {names}, where the endpoint of {target.name} is"
    return Fail(message=said, evidence=(own, *homes.evidence), remedy=_PEER)


def _names(view: View, network: ArmId, inhabited: Inhabited) -> Verdict:
    verdict = names_resolve(view, network, (app.id for app in inhabited.apps))
    if isinstance(verdict, Fail):
        return Fail(message=verdict.message, evidence=verdict.evidence, remedy=_NAMES)
    return verdict
