"""The managed network of a workspace: built, and given the outbound rules that it lacks."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from auditor.collect.arm import Reader
from auditor.collect.machine_learning import API_VERSION
from auditor.fix.change import Wanted
from auditor.fix.guided.reading import read_object
from auditor.fix.guided.refusals import CannotApply
from auditor.fix.guided.step import Step
from auditor.model.fix import FixKind
from auditor.model.guided import HostRule, OutboundRuleWish
from auditor.model.ids import ArmId, same_text

# What Azure says of a managed network itself; its isolation mode and firewall are its owner's.
_BUILT = ("status", "outboundRules", "changeableIsolationModes", "networkId")
_TYPE = "Microsoft.MachineLearningServices/workspaces"


async def provision_step(reader: Reader, workspace: str) -> Step:
    """Raises ReadFailed, and CannotApply where the workspace is not there or has no managed network."""
    before = await read_object(reader, workspace, API_VERSION)
    if before is None:
        raise CannotApply(f"{workspace} is not there")
    network = (before.get("properties") or {}).get("managedNetwork") or {}
    if same_text(str(network.get("isolationMode") or "Disabled"), "Disabled"):
        raise CannotApply(f"{workspace} has no managed network")
    spark = (network.get("status") or {}).get("sparkReady") is True
    return Step(
        kind=FixKind.PROVISION_MANAGED_NETWORK,
        target=workspace,
        object_id=workspace,
        api_version=API_VERSION,
        said=f"provision the managed network of {ArmId.parse(workspace).name}",
        held=f"managed network {(network.get('status') or {}).get('status') or 'Inactive'}",
        wish="managed network Active",
        before=before,
        wanted=(Wanted(path="properties.managedNetwork.status.status", match="text", value="Active"),),
        may_change=tuple(f"properties.managedNetwork.{name}" for name in _BUILT),
        method="POST",
        path=f"{workspace}/provisionManagedNetwork",
        # What serverless Spark has already is not taken from it.
        body={"includeSpark": spark},
        action=f"{_TYPE}/provisionManagedNetwork/action",
        # Also where it says Active: a required rule of it may be broken, and building again makes it anew.
        is_due=True,
        revert="# a managed network is not taken down again; it goes with its workspace",
    )


async def rule_step(reader: Reader, workspace: str, rule: OutboundRuleWish) -> Step:
    """Raises ReadFailed, and CannotApply where the name is taken by another rule."""
    object_id = f"{workspace}/outboundRules/{rule.name}"
    before = await read_object(reader, object_id, API_VERSION)
    properties, wanted = _rule(rule)
    if before is not None and not _is_same_place(before, rule):
        raise CannotApply(f"{object_id} leads somewhere else by now")
    return Step(
        kind=FixKind.ADD_OUTBOUND_RULE,
        target=workspace,
        object_id=object_id,
        api_version=API_VERSION,
        said=f"add the outbound rule {rule.name} to {_place(rule)} in {ArmId.parse(workspace).name}",
        held=_status(before) if before else "no such rule",
        wish=f"a rule to {_place(rule)}",
        before=before,
        wanted=wanted,
        # A rule that was there and did not work is made again; nothing of it is anybody's but Azure's.
        may_change=("properties",),
        method="PUT",
        path=object_id,
        body={"properties": properties},
        action=f"{_TYPE}/outboundRules/write",
        is_due=not _works(before),
        revert=_revert(workspace, rule.name, before),
        # A private endpoint of it still has to be approved on its target.
        tells="properties.status",
    )


def _rule(rule: OutboundRuleWish) -> tuple[Mapping[str, Any], tuple[Wanted, ...]]:
    if isinstance(rule, HostRule):
        place = {"type": "FQDN", "category": "UserDefined", "destination": rule.host}
        return place, (
            Wanted(path="properties.type", match="text", value="FQDN"),
            Wanted(path="properties.destination", match="text", value=rule.host),
        )
    destination = {
        "serviceResourceId": rule.resource,
        "subresourceTarget": rule.subresource,
        "sparkEnabled": rule.spark_enabled,
    }
    leading: dict[str, Any] = {"type": "PrivateEndpoint", "category": "UserDefined"}
    at = "properties.destination"
    return {**leading, "destination": destination}, (
        Wanted(path="properties.type", match="text", value="PrivateEndpoint"),
        Wanted(path=f"{at}.serviceResourceId", match="text", value=rule.resource),
        Wanted(path=f"{at}.subresourceTarget", match="text", value=rule.subresource),
    )


def _place(rule: OutboundRuleWish) -> str:
    if isinstance(rule, HostRule):
        return rule.host
    return f"{ArmId.parse(rule.resource).name} ({rule.subresource})"


def _is_same_place(before: Mapping[str, Any], rule: OutboundRuleWish) -> bool:
    destination = (before.get("properties") or {}).get("destination")
    if isinstance(rule, HostRule):
        return isinstance(destination, str) and same_text(destination, rule.host)
    return isinstance(destination, dict) and same_text(
        str(destination.get("serviceResourceId")), rule.resource
    )


def _works(before: Mapping[str, Any] | None) -> bool:
    """Whether the rule is in force, or on its way there."""
    return before is not None and _status(before).lower() in ("active", "provisioning")


def _status(rule: Mapping[str, Any]) -> str:
    return str((rule.get("properties") or {}).get("status") or "Inactive")


def _revert(workspace: str, name: str, before: Mapping[str, Any] | None) -> str:
    rid = ArmId.parse(workspace)
    if before is None:
        return (
            f"az ml workspace outbound-rule remove --workspace-name {shlex.quote(rid.name)}"
            f" --resource-group {shlex.quote(rid.resource_group or '')}"
            f" --subscription {rid.subscription_id} --rule {shlex.quote(name)} --yes"
        )
    url = shlex.quote(f"{workspace}/outboundRules/{name}?api-version={API_VERSION}")
    body = shlex.quote(json.dumps({"properties": before.get("properties")}, ensure_ascii=False))
    return f"az rest --method put --url {url} --body {body}"
