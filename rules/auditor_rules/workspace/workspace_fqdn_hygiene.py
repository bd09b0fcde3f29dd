"""workspace-fqdn-hygiene."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.guided import AddOutboundRule
from auditor.model.reasons import Reason
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.hosts import why_broad
from auditor_rules.subjects import WORKSPACES
from auditor_rules.workspace.destinations import DOCUMENTED
from auditor_rules.workspace.fqdns import covers, fqdn_rules, host_rules, set_rules
from auditor_rules.workspace.networks import declared_for, without_managed_network

_STORAGE_SERVICES = ("blob", "dfs", "file", "queue", "table", "web")
_STORAGE_SUFFIXES = ("core.windows.net", "core.usgovcloudapi.net", "core.chinacloudapi.cn")
_KNOWN = frozenset(host for some in DOCUMENTED for host in some.hosts)
REMOVE = (
    "az ml workspace outbound-rule remove --workspace-name {name} --resource-group {group}"
    " --subscription {subscription} --rule"
)


@rule(
    id="workspace-fqdn-hygiene",
    title="FQDN rules are exact and sufficient",
    severity=Severity.LOW,
    rule_class="exposure",
    subjects=WORKSPACES,
    reads=(OutboundRule, *RELATION_READS),
    profiles=("prompt-flow", "model-catalog", "foundry"),
    remedy=Remedy(
        summary="Remove the rule, once a rule for the exact host stands in its place (fill in RULE).",
        az=f"{REMOVE} RULE",
    ),
    controls=controls(mcsb=("DP-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Workspace managed virtual network isolation",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-managed-network",
        ),
        Source(
            title="Use model catalog collections with a workspace managed virtual network",
            url="https://learn.microsoft.com/azure/machine-learning/how-to-network-isolation-model-catalog",
        ),
        Source(
            title="Network isolation in prompt flow",
            url="https://learn.microsoft.com/azure/machine-learning/prompt-flow/how-to-secure-prompt-flow",
        ),
    ),
)
def workspace_fqdn_hygiene(workspace: Workspace, view: View) -> Verdict:
    """The hosts that a closed managed network admits are exact, and are all that the workload declares.

    Why
        One broad host undoes approved-only egress: whoever runs code on the compute can have a host there
        and send data to it. One that is missing breaks a flow at run time only.
    Pass when
        No FQDN rule is broad or names a storage account, and each host that the workload declares as
        external is admitted by an active rule. With any FQDN rule it is noted that an Azure Firewall is
        billed, of which SKU (absent means Standard), and that such rules carry ports 80 and 443 only.
    Fail when
        Medium: a rule names every host, a whole top-level domain, a domain where anybody can have a host, or
        a file-sharing site. Medium: it names a storage account, which a closed managed network reaches by
        private endpoint only; hosts that Azure's own pages list are no finding. Low: a host that the
        workload declares in `external_hosts` is admitted by no active rule.
    Unknown when
        The rules could not be read, or one of them has no known type or status.
    Not applicable when
        The managed network is off or lets everything out. The workspace is a project: its hub is judged.
    Evidence
        `properties.{type,status,destination}` of `workspaces/outboundRules` and
        `properties.managedNetwork.firewallSku` of the workspace, api-version 2024-10-01. Rules that are
        being deleted are left out.
    Remedy
        Remove broad rules, reach storage by a private endpoint rule, add the hosts that are declared.
    """
    if (excluded := without_managed_network(workspace)) is not None:
        return excluded
    mode = workspace.isolation_mode
    if mode.value == "AllowInternetOutbound":
        said = "the managed network lets everything out: FQDN rules restrict nothing"
        return NotApplicable(message=said, reason=Reason.SERVED_OTHERWISE, evidence=(mode.evidence(),))
    rules = fqdn_rules(view, workspace)
    checks = (
        lambda: _exact(rules),
        lambda: _no_storage(rules),
        lambda: _declared(view, workspace, rules),
        lambda: _billed(workspace, rules),
    )
    found = [attempt(check) for check in checks]
    verdict = worst(found, own=Severity.LOW)
    if not isinstance(verdict, Pass):
        return verdict
    return Pass(
        message=f"no FQDN rule is broad, of {len(rules)}" if rules else "there is no FQDN rule",
        evidence=(mode.evidence(), *(one.destination.evidence() for one in rules)),
        notes=tuple(note for one in found for note in one.notes),
    )


def _exact(rules: tuple[OutboundRule, ...]) -> Verdict:
    broad = [
        (one, why)
        for one in rules
        if one.host and one.host.casefold() not in _KNOWN and (why := why_broad(one.host))
    ]
    if not broad:
        return Pass(message="no rule is broad")
    said = ", ".join(f"{one.host} ({why})" for one, why in broad)
    summary = "Add rules for the exact hosts that are needed, then remove the broad ones."
    return _removal(f"FQDN rules are broad: {said}", summary, [one for one, _ in broad])


def _no_storage(rules: tuple[OutboundRule, ...]) -> Verdict:
    named = [one for one in rules if one.host and one.host.casefold() not in _KNOWN and _is_storage(one.host)]
    if not named:
        return Pass(message="no rule names a storage account")
    hosts = ", ".join(one.host or "" for one in named)
    summary = "Add a private endpoint rule for the storage account, then remove the FQDN rule."
    said = f"storage is admitted by its host, which a closed managed network does not support: {hosts}"
    return _removal(said, summary, named)


def _declared(view: View, workspace: Workspace, rules: tuple[OutboundRule, ...]) -> Verdict:
    declared = {host: one.name for one in declared_for(view, workspace) for host in one.external_hosts}
    active = [one for one in rules if one.status.value == "Active"]
    missing = [host for host in declared if not any(covers(one.host or "", host) for one in active)]
    if not missing:
        return Pass(message="every declared host is admitted")
    wishes = host_rules(missing, rules)
    az, fills = set_rules(wishes)
    names = ", ".join(dict.fromkeys(declared[host] for host in missing))
    return Fail(
        message=f"no active rule admits {', '.join(missing)}, which the workload {names} declares",
        evidence=(workspace.isolation_mode.evidence(), *(one.status.evidence() for one in rules)),
        remedy=Remedy(summary="Add an FQDN rule for each declared host.", az=az),
        fills=fills,
        fix=AddOutboundRule(workspace=workspace.id.text, rules=wishes),
    )


def _billed(workspace: Workspace, rules: tuple[OutboundRule, ...]) -> Verdict:
    if not rules:
        return Pass(message="no firewall is needed")
    sku = workspace.firewall_sku
    bill = (
        f"FQDN rules bring an Azure Firewall ({sku.value}), which is billed; they carry ports 80 and 443 only"
    )
    return Pass(message="a firewall is in use", evidence=(sku.evidence(),), notes=(bill,))


def _is_storage(host: str) -> bool:
    found = host.casefold().rstrip(".")
    return any(
        found.endswith(f".{service}.{suffix}")
        for service in _STORAGE_SERVICES
        for suffix in _STORAGE_SUFFIXES
    )


def _removal(message: str, summary: str, rules: Iterable[OutboundRule]) -> Fail:
    found = tuple(rules)
    commands = (f"{REMOVE} {{rule{number}}}" for number in range(len(found)))
    return Fail(
        message=message,
        evidence=tuple(one.destination.evidence() for one in found),
        severity=Severity.MEDIUM,
        remedy=Remedy(summary=summary, az=" && ".join(commands)),
        fills=tuple((f"rule{number}", one.name) for number, one in enumerate(found)),
    )
