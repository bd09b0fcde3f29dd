"""Whether a Foundry account's managed network holds agents back: judged here for the two rules that ask."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.finding import Evidence, NotRead, Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.foundry import (
    AccountConnection,
    AccountManagedNetwork,
    FoundryConnection,
    ManagedRule,
    ProjectConnection,
)
from auditor.model.wire import Resource
from auditor.rule import Fail, Pass, Remedy, Severity, Unknown, Verdict, View, attempt, worst
from auditor_rules.foundry.accounts import HOST_READS, capability_hosts

READS: tuple[type[Resource], ...] = (
    *HOST_READS,
    AccountConnection,
    AccountManagedNetwork,
    ProjectConnection,
)

PROVISION = Remedy(
    summary="Provision the managed network.",
    az="az cognitiveservices account managed-network provision-network --name {name}"
    " --resource-group {group} --subscription {subscription}",
)
REACH = Remedy(
    summary="Add a PrivateEndpoint outbound rule to the resource. The account's identity needs the role Azure"
    " AI Enterprise Network Connection Approver there, or the endpoint waits for approval.",
    az=None,
    url="https://learn.microsoft.com/azure/ai-foundry/how-to/managed-virtual-network",
)
# The preview answers so where it does not know the account's network, whatever there is.
_BLIND = frozenset({Reason.HIDDEN, Reason.NOT_OFFERED})


def judge_managed_network(account: CognitiveAccount, view: View) -> Verdict:
    """The verdict that foundry-managed-network gives of the network itself. Raises Undecided."""
    rid = account.id.child("managedNetworks", "default")
    try:
        network = view.estate.find(AccountManagedNetwork, rid)
    except NotRead as unread:
        if unread.gap is None or unread.reason not in _BLIND:
            raise
        said = "the preview that shows managed networks does not answer for this account"
        return Unknown(message=said, reason=Reason.BLIND_API, gap=unread.gap)
    if network is None:
        raise Undecided("the managed network was not asked for", Reason.BLIND_API)
    checks = (
        attempt(lambda: _isolation(network)),
        attempt(lambda: _state(network)),
        attempt(lambda: _reach(account, network, view)),
    )
    verdict = worst(checks, own=Severity.MEDIUM)
    if not isinstance(verdict, Pass):
        return verdict
    reached = [check for check in checks if isinstance(check, Pass)]
    return Pass(
        message="; ".join(check.message for check in reached),
        evidence=tuple(seen for check in reached for seen in check.evidence),
    )


def _isolation(network: AccountManagedNetwork) -> Verdict:
    mode = network.isolation_mode
    if mode.value == "AllowOnlyApprovedOutbound":
        return Pass(message="agents reach approved destinations only", evidence=(mode.evidence(),))
    if mode.value == "AllowInternetOutbound":
        said = "agents may call any host on the internet (isolationMode AllowInternetOutbound)"
        return Fail(message=said, evidence=(mode.evidence(),), severity=Severity.LOW)
    unset = "" if mode.is_stated else ": isolationMode is not set, which means Disabled"
    return Fail(message=f"the managed network is disabled{unset}", evidence=(mode.evidence(),))


def _state(network: AccountManagedNetwork) -> Verdict:
    status, provisioning = network.status, network.provisioning_state
    evidence = (status.evidence(), provisioning.evidence())
    bad = provisioning.value if provisioning.value in {"Deferred", "Failed", "Deleting", "Deleted"} else None
    if status.value == "Active" and bad is None:
        return Pass(message="the network is active", evidence=evidence)
    said = f"the managed network is {bad or status.value}: nothing holds agents back until it is active"
    return Fail(message=said, evidence=evidence, remedy=PROVISION)


def _reach(account: CognitiveAccount, network: AccountManagedNetwork, view: View) -> Verdict:
    """Whether each resource that agents keep their state in has an active private endpoint rule."""
    active = {rule.target for rule in network.outbound_rules.value if _is_active_endpoint(rule)}
    needed = dict(_dependencies(account, view))
    missing = {rid: seen for rid, seen in needed.items() if rid not in active}
    if missing:
        names = ", ".join(f"{rid.name} ({rid.resource_type})" for rid in missing)
        said = f"no active private endpoint rule leads to {names}"
        evidence = (network.outbound_rules.evidence(), *missing.values())
        return Fail(message=said, evidence=evidence, remedy=REACH)
    said = f"private endpoint rules lead to all {len(needed)} resources that agents keep their state in"
    return Pass(message=said, evidence=tuple(needed.values()))


def _is_active_endpoint(rule: ManagedRule) -> bool:
    return rule.kind.meaning == "PrivateEndpoint" and rule.status.meaning == "Active"


def _dependencies(account: CognitiveAccount, view: View) -> Iterator[tuple[ArmId, Evidence]]:
    """The resources behind the connections of the capability hosts. Raises Undecided."""
    for host in capability_hosts(view.estate, account):
        for name in dict.fromkeys(host.connection_names):
            connection = _connection(name, host.scope, account.id, view)
            named = connection.resource_id if connection else None
            if named is None or named.value is None:
                said = f"which resource the connection {name} of {host.id} leads to is not said"
                raise Undecided(said, Reason.AMBIGUOUS, evidence=(host.storage.evidence(),))
            yield named.value, named.evidence()


def _connection(name: str, scope: ArmId, account: ArmId, view: View) -> FoundryConnection | None:
    """A connection by its name: the project's own, else one that it has from the account."""
    own: tuple[FoundryConnection, ...] = ()
    if scope != account:
        own = view.estate.children(ProjectConnection, scope)
    rows = (*own, *view.estate.children(AccountConnection, account))
    return next((row for row in rows if row.short_name.casefold() == name.casefold()), None)
