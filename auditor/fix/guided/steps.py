"""From a remedy to the writes that it takes, by reading what is there."""

from __future__ import annotations

from typing import assert_never

from auditor.collect.arm import Reader
from auditor.fix.guided.grants import grant_step
from auditor.fix.guided.managed_networks import provision_step, rule_step
from auditor.fix.guided.settings import bypass_step, identity_step
from auditor.fix.guided.step import Step
from auditor.fix.guided.zone_groups import zone_step
from auditor.model.guided import (
    AddDnsZoneGroup,
    AddOutboundRule,
    AllowTrustedServices,
    AssignRole,
    EnableSystemIdentity,
    GuidedFix,
    ProvisionManagedNetwork,
)


async def steps_of(reader: Reader, fix: GuidedFix) -> tuple[Step, ...]:
    """The writes, in the order in which they are made. Raises ReadFailed, and CannotApply."""
    match fix:
        case AssignRole(grants=grants):
            return tuple([await grant_step(reader, grant) for grant in grants])
        case EnableSystemIdentity(resource=resource):
            return (await identity_step(reader, resource),)
        case AllowTrustedServices(resource=resource):
            return (await bypass_step(reader, resource),)
        case ProvisionManagedNetwork(workspace=workspace):
            return (await provision_step(reader, workspace),)
        case AddOutboundRule(workspace=workspace, rules=rules):
            return tuple([await rule_step(reader, workspace, rule) for rule in rules])
        case AddDnsZoneGroup(private_endpoint=endpoint, group=group, zone=zone):
            return (await zone_step(reader, endpoint, group, zone),)
        case _:
            assert_never(fix)
