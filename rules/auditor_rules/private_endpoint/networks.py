"""In which virtual networks the members of a workload can be reached, and how these networks meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.model.finding import Confidence, Evidence, NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.app import Site
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.model.resources.network import PrivateEndpoint, VirtualNetwork
from auditor.model.resources.workspace import Workspace
from auditor.model.wire import Resource
from auditor.relate.expectations import explain
from auditor.relate.owners import Owner, is_retired, owner_of
from auditor.relate.targets import CONNECTION_OF, CONNECTION_TYPES
from auditor.relate.ties import TIES, Role, Tie
from auditor.relate.workloads import MEMBER_TYPES, Workload
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Subject, View
from auditor_rules.private_endpoint.linked import is_ours
from auditor_rules.subjects import CONFIDENCE

_REACHED: tuple[Role, ...] = ("openai", "search", "storage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The members of a workload that are reached over private endpoints.

    `apart` are members that are left out because they may belong elsewhere.
    """

    workload: Workload
    members: tuple[ArmId, ...]
    apart: tuple[ArmId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """The virtual networks in which one member has approved endpoints of ours, and where that was seen.

    `unseen` names approved endpoints that cannot be read and that no service of ours is known to have made.
    """

    member: ArmId
    networks: frozenset[ArmId]
    subnet: ArmId | None
    evidence: tuple[Evidence, ...]
    unseen: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadEnds:
    """Each workload by its anchor: an account with its search and storage, a workspace with its storage."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (CognitiveAccount, Workspace)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return (*CONNECTION_TYPES, *RELATION_READS)

    def __call__(self, view: View, /) -> Iterator[Subject[Ends]]:
        rows: dict[ArmId, Resource] = {
            row.id: row for of in MEMBER_TYPES.values() for row in view.estate.listed(of)
        }
        for workload in view.relations.workloads:
            if (anchor := rows.get(workload.anchor)) is not None:
                ends, confidence = _ends(workload, isinstance(anchor, Workspace))
                related = tuple(rid.text for rid in ends.members if rid != workload.anchor)
                yield Subject(resource=anchor, judged=ends, related=related, confidence=confidence)


def homes_of(view: View, member: ArmId) -> Homes:
    """Where one member has approved endpoints of ours.

    Raises NotRead where the member's connections, or the list of an approved endpoint of our tenant, were not
    read, and Undecided where that list lacks the endpoint.
    """
    evidence: list[Evidence] = []
    unseen: list[Evidence] = []
    networks: dict[ArmId, ArmId | None] = {}
    for row in view.estate.children(CONNECTION_OF[(member.resource_type or "").lower()], member):
        if row.status.value != "Approved" or (named := row.private_endpoint.value) is None:
            continue
        if not is_ours(view.estate, row):
            if _may_be_ours(view, row, named):
                unseen.append(row.private_endpoint.evidence())
            continue
        endpoint = view.estate.find(PrivateEndpoint, named)
        if endpoint is None:
            raise _hidden(row, named)
        if (network := endpoint.virtual_network) is not None:
            networks.setdefault(network, endpoint.subnet.value)
            evidence.append(endpoint.subnet.evidence())
    return Homes(
        member=member,
        networks=frozenset(networks),
        subnet=next(iter(networks.values()), None),
        evidence=tuple(evidence),
        unseen=tuple(unseen),
    )


def _may_be_ours(view: View, connection: PrivateEndpointConnection, named: ArmId) -> bool:
    """Whether an endpoint that nobody here can see may stand in a network of ours.

    Those of managed networks and shared private links do not, nor do those of other tenants.
    """
    subscription = named.subscription
    if subscription is None or is_retired(connection):
        return False
    if owner_of(view.estate, subscription)[0] is Owner.OTHER:
        return False
    found = explain(view.estate, connection, subscription)
    return not found.wanted_by or found.is_surplus


def _hidden(connection: PrivateEndpointConnection, named: ArmId) -> Undecided:
    said = f"{named} is approved, but not in its subscription's list of private endpoints: hidden"
    return Undecided(said, Reason.HIDDEN, evidence=(connection.private_endpoint.evidence(),))


def consumers_of(view: View, workload: Workload) -> dict[ArmId, Evidence]:
    """The networks the workload is used from, its web apps' and the declared ones, and what names them."""
    found: dict[ArmId, Evidence] = {}
    apps = workload.members.get("web_app", ())
    for site in view.estate.listed(Site):
        subnet = site.subnet.value if site.id in apps else None
        if subnet is not None and subnet.parent is not None:
            found.setdefault(subnet.parent, site.subnet.evidence())
    for text in workload.declared.consumers if workload.declared else ():
        network = ArmId.parse(text).parent
        if network is not None:
            declared = Evidence(resource=network.text, path="workload.consumers", value=text)
            found.setdefault(network, declared)
    return found


def meet(view: View, one: ArmId, other: ArmId) -> bool:
    """Whether two networks are one, or peered so that traffic passes, by every side that could be read.

    Raises NotRead where neither side could be, Undecided where a peering is malformed.
    """
    if one == other:
        return True
    doubt: NotRead | None = None
    sides: list[bool] = []
    for here, there in ((one, other), (other, one)):
        try:
            sides.append(there in peers_of(view, here))
        except NotRead as unread:
            doubt = unread
    if not sides and doubt is not None:
        raise doubt
    return all(sides)


def peers_of(view: View, network: ArmId) -> frozenset[ArmId]:
    """The networks that this one lets in and reaches; none where it is gone. Raises NotRead."""
    found = view.estate.find(VirtualNetwork, network)
    if found is None:
        return frozenset()
    linked = (peer for peer in found.peerings.value if peer.state.value == "Connected")
    remotes = (peer.remote.value for peer in linked if peer.allows_access.value)
    return frozenset(remote for remote in remotes if remote is not None)


def third_networks(view: View, start: ArmId, others: Sequence[frozenset[ArmId]]) -> frozenset[ArmId]:
    """The networks that are peered with `start` and with one of each of the other groups. Raises NotRead."""
    found = peers_of(view, start).difference(*others)
    for networks in others:
        if found:  # else nothing more has to be read
            found &= frozenset[ArmId]().union(*(peers_of(view, network) for network in networks))
    return found


def _ends(workload: Workload, is_learning: bool) -> tuple[Ends, Confidence]:
    roles: tuple[Role, ...] = ("workspace", "storage") if is_learning else _REACHED
    found = [rid for role in roles for rid in workload.members.get(role, ())]
    members = tuple(dict.fromkeys((workload.anchor, *found)))
    ties: dict[ArmId, Tie] = {rid: workload.tie(workload.anchor, rid) or "suggested" for rid in members[1:]}
    solid = tuple(rid for rid, tie in ties.items() if tie != "suggested")
    kept = solid or tuple(ties)
    weakest: Tie = max((ties[rid] for rid in kept), key=TIES.index, default="confirmed")
    apart = tuple(rid for rid in ties if rid not in kept)
    ends = Ends(workload=workload, members=(workload.anchor, *kept), apart=apart)
    return ends, CONFIDENCE[weakest]
