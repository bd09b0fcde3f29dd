"""workspace-outbound-private-endpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from auditor.model.finding import Evidence, Undecided
from auditor.model.guided import AddOutboundRule, EndpointRule, GuidedFix, ProvisionManagedNetwork
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
    unknown_of,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.dependencies import READS, Need, batch_needs, connections, need_of, public_access
from auditor_rules.workspace.networks import unprovisioned, without_managed_network
from auditor_rules.workspace.rule_names import free_name
from auditor_rules.workspace.workspace_managed_network_provisioned import PROVISION

SUMMARY = (
    "Set a private endpoint rule for each, and provision the network again where a required rule is broken."
    " The request may then wait on the target (private-endpoint-pending)."
)
SET = (
    "az ml workspace outbound-rule set --workspace-name {{name}} --resource-group {{group}}"
    " --subscription {{subscription}} --rule {{rule{n}}} --type private_endpoint --spark-enabled {{spark{n}}}"
    " --service-resource-id {{target{n}}} --subresource-target {{subresource{n}}}"
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The workspace with the outbound rules of its managed network."""

    workspace: Workspace
    rules: tuple[OutboundRule, ...]

    @property
    def private(self) -> list[OutboundRule]:
        """The private endpoint rules. Raises Undecided where a rule is of no known type."""
        return [one for one in self.rules if one.kind.value == "PrivateEndpoint"]

    def serving(self, need: Need) -> list[OutboundRule]:
        return [
            one
            for one in self.private
            if one.target == need.target and same_text(one.group or "", need.group)
        ]


@rule(
    id="workspace-outbound-private-endpoints",
    title="The managed network reaches each private dependency",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=WORKSPACES,
    reads=(OutboundRule, *READS),
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(summary=SUMMARY, az=PROVISION),
    controls=controls(mcsb=("NS-2",)),
    sources=(
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
    ),
)
def workspace_outbound_private_endpoints(workspace: Workspace, view: View) -> Verdict:
    """The managed network has an active private endpoint to all that is closed to the public.

    Why
        Compute in a managed network is in no network of yours. A resource that is closed to the public is
        out of its reach until the managed network has a private endpoint of its own: flows, jobs and
        deployments fail with errors that look like wrong permissions.
    Pass when
        Every private endpoint rule is Active, and each resource that a connection of the workspace or of its
        projects names, and that is closed to the public, has a rule with the right group: account,
        searchService, blob and so on. With batch endpoints the default storage has rules for queue and table
        too. What is open to the public needs no rule.
    Fail when
        A rule that is needed is missing, or a rule is Inactive or Failed, or Deleting where it is needed or
        required. An absent status means Inactive.
    Unknown when
        The managed network is not built yet. A rule is still being provisioned. A connection names no
        resource that can be found, or the public access of what it names could not be read and no active
        rule leads to it. Rules, connections or batch endpoints could not be read.
    Not applicable when
        The managed network is off, or the workspace is a project: its hub is judged, with the connections of
        its projects.
    Evidence
        `properties.{type,category,status,destination}` of `workspaces/outboundRules`,
        `properties.{category,target,metadata.ResourceId}` of `workspaces/connections`,
        `workspaces/batchEndpoints`, api-version 2024-10-01, and `publicNetworkAccess` of the targets.
        Connections of other categories, such as keys for services outside Azure, are not judged.
    Remedy
        Set a private endpoint rule for the resource and its group.
    """
    if (excluded := without_managed_network(workspace)) is not None:
        return excluded
    if (early := unprovisioned(workspace)) is not None:
        return early
    network = Network(workspace=workspace, rules=view.estate.children(OutboundRule, workspace.id))
    return _merged(_verdicts(view, network), network)


def _verdicts(view: View, network: Network) -> Iterator[Verdict]:
    yield from _each(lambda: network.private, _state)
    yield from _each(
        lambda: connections(view, network.workspace), lambda one: _needed(view, network, need_of(view, one))
    )
    yield from _each(lambda: batch_needs(view, network.workspace), lambda need: _needed(view, network, need))


def _each(found: Callable[[], Iterable[T]], judge: Callable[[T], Verdict]) -> Iterator[Verdict]:
    """One verdict for each thing found; one unknown where they could not be looked for."""
    try:
        things = tuple(found())
    except Undecided as undecided:
        yield unknown_of(undecided)
        return
    for one in things:
        yield attempt(partial(judge, one))


def _state(one: OutboundRule) -> Verdict:
    """Whether a rule that is there works."""
    status = one.status.value
    target = one.target.name if one.target else "no resource"
    seen = (
        one.status.evidence(),
        one.destination.evidence(),
        *((one.error.evidence(),) if one.error.is_stated else ()),
    )
    said = f"the rule {one.name} to {target} ({one.group or 'no group'}) is {status}"
    required = one.category.value == "Required"
    if status == "Active" or (status == "Deleting" and not required):
        return Pass(message=said, evidence=seen)
    if status == "Provisioning":
        return Unknown(message=f"{said}: ask again later", reason=Reason.AMBIGUOUS, evidence=seen)
    said = f"{said}, so compute of the workspace cannot reach it"
    if required or one.target is None:
        return Fail(message=said, evidence=seen)
    wish = EndpointRule(
        name=one.name,
        resource=one.target.text,
        subresource=one.group or "",
        spark_enabled=one.is_for_spark,
    )
    return Fail(message=said, evidence=seen, fills=_fills(wish), fix=_adding(one.scope, wish))


def _needed(view: View, network: Network, need: Need) -> Verdict:
    """Whether a rule leads to what is needed. A rule that is there but broken is told of by `_state`."""
    serving = network.serving(need)
    if any(one.status.value == "Active" for one in serving):
        return Pass(message=f"{need.target.name} is reached", evidence=need.evidence)
    access = public_access(view, need.target)
    if access.value == "Enabled":
        said = f"{need.target.name} is open to the public, so {need.why} needs no private endpoint"
        return Pass(message=said, evidence=(*need.evidence, access.evidence()))
    if any(one.status.value != "Deleting" for one in serving):
        return Pass(message="its rule is judged by itself")
    wish = EndpointRule(
        name=free_name(f"{need.group}-{need.target.name}", [one.name for one in network.rules]),
        resource=need.target.text,
        subresource=need.group,
        spark_enabled=False,
    )
    none = Evidence(
        resource=network.workspace.id.text, path="outboundRules", value=[one.name for one in serving]
    )
    return Fail(
        message=f"no private endpoint rule leads to {need.target.name} ({need.group}), which {need.why} needs"
        " and which is closed to the public",
        evidence=(*need.evidence, access.evidence(), none),
        fills=_fills(wish),
        fix=_adding(network.workspace.id, wish),
    )


def _adding(workspace: ArmId, wish: EndpointRule) -> AddOutboundRule | None:
    """None where the rule names no group: what it should name cannot be known."""
    return AddOutboundRule(workspace=workspace.text, rules=(wish,)) if wish.subresource else None


def _fills(wish: EndpointRule) -> tuple[tuple[str, str], ...]:
    spark = "true" if wish.spark_enabled else "false"
    return (
        ("rule", wish.name),
        ("target", wish.resource),
        ("subresource", wish.subresource),
        ("spark", spark),
    )


def _merged(found: Iterable[Verdict], network: Network) -> Verdict:
    """The worst of all; of failures, with the commands for each, one after another."""
    verdicts = [*found, _all_well(network)]
    verdict = worst(verdicts, own=Severity.HIGH)
    if not isinstance(verdict, Fail):
        return verdict if isinstance(verdict, Unknown) else _all_well(network)
    commands: dict[str, None] = {}
    fills: dict[tuple[tuple[str, str], ...], int] = {}
    for one in verdicts:
        if isinstance(one, Fail):
            number = fills.setdefault(one.fills, len(fills))
            commands[SET.format(n=number) if one.fills else PROVISION] = None
    numbered = ((f"{name}{number}", value) for pairs, number in fills.items() for name, value in pairs)
    return replace(
        verdict,
        remedy=Remedy(summary=SUMMARY, az=" && ".join(commands)),
        fills=tuple(numbered),
        fix=_fix_of(verdicts, network.workspace),
    )


def _fix_of(verdicts: Iterable[Verdict], workspace: Workspace) -> GuidedFix | None:
    """Every rule that is to be set; where only required ones are broken, the network built again."""
    failures = [one for one in verdicts if isinstance(one, Fail)]
    fixes = [one.fix for one in failures if isinstance(one.fix, AddOutboundRule)]
    rules = tuple(dict.fromkeys(rule for fix in fixes for rule in fix.rules))
    if rules:
        return AddOutboundRule(workspace=workspace.id.text, rules=rules)
    is_required = all(not one.fills for one in failures)
    return ProvisionManagedNetwork(workspace=workspace.id.text) if is_required else None


def _all_well(network: Network) -> Pass:
    number = len(network.private)
    return Pass(
        message=f"all {number} private endpoint rules are active, and none is missing"
        if number
        else "there is no private endpoint rule, and none is needed",
        evidence=(
            network.workspace.isolation_mode.evidence(),
            *(one.status.evidence() for one in network.private),
        ),
    )
