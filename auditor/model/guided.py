"""Remedies as data: changes that `auditor fix` can make through a typed client, one finding at a time.

A rule says that its failure has one, and with what; nothing is read out of the text of a remedy. None of
these can lock anybody out: what could (public access, keys, the firewall's default) is only ever printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from auditor.model.json_object import JsonObject, Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role for an identity on one resource, nothing wider.

    `scope` is an ARM id, `role` the GUID of the definition, `role_name` how people call it. `principal_type`
    is ServicePrincipal or Group, None where it is not known.
    """

    scope: str
    principal_id: str
    principal_type: str | None
    role: str
    role_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole:
    """The grants that are missing, and no other."""

    grants: tuple[Grant, ...]
    kind: Literal["assign-role"] = "assign-role"

    @property
    def targets(self) -> tuple[str, ...]:
        """The ARM ids of what is changed."""
        return tuple(dict.fromkeys(grant.scope for grant in self.grants))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableSystemIdentity:
    """A system-assigned identity beside what identities the resource has."""

    resource: str
    kind: Literal["enable-system-identity"] = "enable-system-identity"

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.resource,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowTrustedServices:
    """AzureServices in the bypass of a firewall that is there, beside what the bypass holds."""

    resource: str
    kind: Literal["allow-trusted-services"] = "allow-trusted-services"

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.resource,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionManagedNetwork:
    """The managed network of a workspace, built (again) without Spark."""

    workspace: str
    kind: Literal["provision-managed-network"] = "provision-managed-network"

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.workspace,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRule:
    """An outbound rule that admits a host; `*.` in front admits every host below."""

    name: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRule:
    """An outbound rule that makes a private endpoint to a resource; `subresource` is its group."""

    name: str
    resource: str
    subresource: str
    spark_enabled: bool


OutboundRuleWish = HostRule | EndpointRule


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOutboundRule:
    """Outbound rules for the managed network of a workspace."""

    workspace: str
    rules: tuple[OutboundRuleWish, ...]
    kind: Literal["add-outbound-rule"] = "add-outbound-rule"

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.workspace,)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDnsZoneGroup:
    """A zone in the zone group `group` of a private endpoint; the group is made where it is not there."""

    private_endpoint: str
    group: str
    zone: str
    kind: Literal["add-dns-zone-group"] = "add-dns-zone-group"

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.private_endpoint,)


GuidedFix = (
    AssignRole
    | EnableSystemIdentity
    | AllowTrustedServices
    | ProvisionManagedNetwork
    | AddOutboundRule
    | AddDnsZoneGroup
)


def written(fix: GuidedFix) -> dict[str, Any]:
    """The fix as JSON values: its kind and its parameters."""
    return {"kind": fix.kind, "parameters": _parameters(fix)}


def _parameters(fix: GuidedFix) -> dict[str, Any]:
    match fix:
        case AssignRole(grants=grants):
            return {"grants": [_grant(grant) for grant in grants]}
        case EnableSystemIdentity(resource=resource) | AllowTrustedServices(resource=resource):
            return {"resource": resource}
        case ProvisionManagedNetwork(workspace=workspace):
            return {"workspace": workspace}
        case AddOutboundRule(workspace=workspace, rules=rules):
            return {"workspace": workspace, "rules": [_rule(rule) for rule in rules]}
        case AddDnsZoneGroup(private_endpoint=endpoint, group=group, zone=zone):
            return {"private_endpoint": endpoint, "group": group, "zone": zone}


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "scope": grant.scope,
        "principal_id": grant.principal_id,
        "principal_type": grant.principal_type,
        "role": grant.role,
        "role_name": grant.role_name,
    }


def _rule(rule: OutboundRuleWish) -> dict[str, Any]:
    if isinstance(rule, HostRule):
        return {"name": rule.name, "type": "FQDN", "host": rule.host}
    return {
        "name": rule.name,
        "type": "PrivateEndpoint",
        "resource": rule.resource,
        "subresource": rule.subresource,
        "spark_enabled": rule.spark_enabled,
    }


def read(of: JsonObject) -> GuidedFix:
    """The fix that `written` made the object of. Raises Malformed."""
    make = _MAKERS[of.one_of("kind", tuple(_MAKERS))]
    parameters = of.object("parameters")
    fix = make(parameters)
    parameters.refuse_rest()
    of.refuse_rest()
    return fix


def _each(of: JsonObject, key: str) -> Iterator[JsonObject]:
    entries = tuple(of.objects(key))
    if not entries:
        raise Malformed(of.place(key), "must not be empty")
    return iter(entries)


def _read_grant(of: JsonObject) -> Grant:
    grant = Grant(
        scope=of.text("scope"),
        principal_id=of.text("principal_id"),
        principal_type=of.optional_text("principal_type"),
        role=of.text("role"),
        role_name=of.text("role_name"),
    )
    of.refuse_rest()
    return grant


def _read_rule(of: JsonObject) -> OutboundRuleWish:
    is_host = of.one_of("type", ("FQDN", "PrivateEndpoint")) == "FQDN"
    wish = _read_host(of) if is_host else _read_endpoint(of)
    of.refuse_rest()
    return wish


def _read_host(of: JsonObject) -> HostRule:
    return HostRule(name=of.text("name"), host=of.text("host"))


def _read_endpoint(of: JsonObject) -> EndpointRule:
    return EndpointRule(
        name=of.text("name"),
        resource=of.text("resource"),
        subresource=of.text("subresource"),
        spark_enabled=of.flag("spark_enabled"),
    )


_MAKERS: Mapping[str, Callable[[JsonObject], GuidedFix]] = {
    "assign-role": lambda of: AssignRole(grants=tuple(map(_read_grant, _each(of, "grants")))),
    "enable-system-identity": lambda of: EnableSystemIdentity(resource=of.text("resource")),
    "allow-trusted-services": lambda of: AllowTrustedServices(resource=of.text("resource")),
    "provision-managed-network": lambda of: ProvisionManagedNetwork(workspace=of.text("workspace")),
    "add-outbound-rule": lambda of: AddOutboundRule(
        workspace=of.text("workspace"), rules=tuple(map(_read_rule, _each(of, "rules")))
    ),
    "add-dns-zone-group": lambda of: AddDnsZoneGroup(
        private_endpoint=of.text("private_endpoint"), group=of.text("group"), zone=of.text("zone")
    ),
}
