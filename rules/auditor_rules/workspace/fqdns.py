"""Which hosts a managed network admits, and whether they are all that a collection of models needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from auditor.model.finding import Evidence
from auditor.model.guided import AddOutboundRule, HostRule
from auditor.model.ids import same_text
from auditor.model.reasons import Reason
from auditor.model.resources.compute import OnlineDeployment, OnlineEndpoint
from auditor.model.resources.workspace import OutboundRule, Workspace
from auditor.model.wire import Resource
from auditor.rule import Fail, NotApplicable, Pass, Remedy, Unknown, Verdict, View
from auditor_rules.workspace.destinations import HostList
from auditor_rules.workspace.networks import family, without_managed_network
from auditor_rules.workspace.rule_names import free_name

READS: tuple[type[Resource], ...] = (OutboundRule, OnlineEndpoint, OnlineDeployment)

SET = (
    "az ml workspace outbound-rule set --workspace-name {name} --resource-group {group}"
    " --subscription {subscription} --rule"
)
_REGISTRY = re.compile(r"azureml://registries/([^/]+)/", re.IGNORECASE)


def covers(admitted: str, wanted: str) -> bool:
    """Whether a rule's host admits a host, or all that a `*.` host means.

    >>> covers("*.example.com", "a.example.com"), covers("*.example.com", "example.com")
    (True, False)
    """
    rule, host = _plain(admitted), _plain(wanted)
    if rule in ("*", host):
        return True
    return rule.startswith("*.") and host.endswith(rule[1:])


def fqdn_rules(view: View, workspace: Workspace) -> tuple[OutboundRule, ...]:
    """The rules that name a host, but those being deleted. Raises NotRead, and Undecided for an odd rule."""
    rules = view.estate.children(OutboundRule, workspace.id)
    return tuple(
        one for one in rules if one.kind.value == "FQDN" and one.status.value != "Deleting" and one.host
    )


def deployed_from(view: View, workspace: Workspace, is_meant: Callable[[str], bool]) -> tuple[Evidence, ...]:
    """The deployments, projects' included, whose model comes from a registry that is meant.

    `is_meant` gets the registry's name in lower case. Raises NotRead where any deployment was not read.
    """
    endpoints = (
        endpoint
        for one in family(view, workspace)
        for endpoint in view.estate.children(OnlineEndpoint, one.id)
    )
    deployments = (
        deployment
        for endpoint in endpoints
        for deployment in view.estate.children(OnlineDeployment, endpoint.id)
    )
    return tuple(
        deployment.model.evidence()
        for deployment in deployments
        if (found := _REGISTRY.match(deployment.model.value or "")) and is_meant(found[1].casefold())
    )


def without_need(workspace: Workspace) -> NotApplicable | None:
    """Said of a workspace whose network, or the lack of one, admits every host anyway."""
    if (excluded := without_managed_network(workspace)) is not None:
        return excluded
    mode = workspace.isolation_mode
    if mode.value != "AllowInternetOutbound":
        return None
    return NotApplicable(
        message="the managed network lets everything out, so every collection works",
        reason=Reason.SERVED_OTHERWISE,
        evidence=(mode.evidence(),),
    )


def judge_hosts(view: View, workspace: Workspace, needed: HostList) -> Verdict:
    """Whether active rules admit every host of a list; unknown where they will once the network is built."""
    rules = fqdn_rules(view, workspace)
    active = [one for one in rules if one.status.value == "Active"]
    coming = [one for one in rules if _is_coming(one, workspace)]
    open_hosts = [host for host in needed.hosts if not _admits(active, host)]
    missing = [host for host in open_hosts if not _admits(coming, host)]
    if missing:
        return _missing(workspace, missing, rules)
    if open_hosts:
        return Unknown(
            message=f"the rules for {', '.join(open_hosts)} are there, but not in force yet",
            reason=Reason.AMBIGUOUS,
            evidence=(
                workspace.managed_network_status.evidence(),
                *(one.status.evidence() for one in coming),
            ),
        )
    return Pass(
        message=f"active rules admit the {len(needed.hosts)} hosts of {needed.name}",
        evidence=tuple(one.destination.evidence() for one in active),
    )


def admits(view: View, workspace: Workspace, host: str) -> bool:
    """Whether an active rule admits a host."""
    return _admits([one for one in fqdn_rules(view, workspace) if one.status.value == "Active"], host)


def host_rules(hosts: Collection[str], rules: Iterable[OutboundRule]) -> tuple[HostRule, ...]:
    """A rule for each host, under names that overwrite no other rule."""
    known = tuple(rules)
    taken = [one.name for one in known]
    for host in hosts:
        taken.append(_name_for(host, known, taken))
    names = taken[len(known) :]
    return tuple(HostRule(name=name, host=host) for name, host in zip(names, hosts, strict=True))


def set_rules(wishes: Iterable[HostRule]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The commands that make the rules, with their fills."""
    fills: list[tuple[str, str]] = []
    commands = []
    for number, wish in enumerate(wishes):
        fills += [(f"rule{number}", wish.name), (f"host{number}", wish.host)]
        commands.append(f"{SET} {{rule{number}}} --type fqdn --destination {{host{number}}}")
    return " && ".join(commands), tuple(fills)


def _missing(workspace: Workspace, missing: list[str], rules: tuple[OutboundRule, ...]) -> Fail:
    wishes = host_rules(missing, rules)
    az, fills = set_rules(wishes)
    seen = tuple(one for rule in rules for one in (rule.destination.evidence(), rule.status.evidence()))
    none = Evidence(resource=workspace.id.text, path="outboundRules", value=[])
    apexes = [host for host in missing if _admits(rules, f"*.{host}")]
    return Fail(
        message=f"only approved destinations can be reached, and no active rule admits {', '.join(missing)}",
        evidence=(workspace.isolation_mode.evidence(), *(seen or (none,))),
        remedy=Remedy(
            summary="Add a rule for each missing host. An Azure Firewall carries them out, which is billed.",
            az=az,
        ),
        fills=fills,
        fix=AddOutboundRule(workspace=workspace.id.text, rules=wishes),
        notes=tuple(f"a rule for *.{host} does not admit {host} itself" for host in apexes),
    )


def _is_coming(rule: OutboundRule, workspace: Workspace) -> bool:
    if rule.status.value == "Provisioning":
        return True
    return rule.status.value == "Inactive" and workspace.managed_network_status.value == "Inactive"


def _admits(rules: Iterable[OutboundRule], host: str) -> bool:
    return any(covers(one.host, host) for one in rules if one.host)


def _name_for(host: str, rules: Iterable[OutboundRule], taken: Collection[str]) -> str:
    """The name of the rule that names the host already, else a new one."""
    for one in rules:
        if one.host and same_text(one.host, host):
            return one.name
    return free_name(host, taken)


def _plain(host: str) -> str:
    return host.strip().rstrip(".").casefold()
