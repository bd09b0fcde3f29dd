"""A company with one defect for each way in which a guided fix writes, and the report that finds them all."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from auditor import plugins
from auditor.model.document import document
from auditor.options import parse
from auditor.progress import SilentProgress
from auditor.sandbox.arm import Arm
from auditor.sandbox.demo import connection_to
from auditor.sandbox.sample.endpoints import zone_id
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.managed_network import FAILED_RULE
from auditor.sandbox.sample.on_your_data import (
    CLAIMS_OPENAI,
    CLAIMS_SEARCH,
    HR_OPENAI,
    HR_SEARCH,
    HR_STORAGE,
)
from auditor.sandbox.tenant import Tenant
from auditor.scan import audit
from tests.rules.dns.places import endpoint
from tests.rules.world import World, mended

USER = (
    "/subscriptions/34e06687-75ce-52fd-97f3-502745c105bd/resourceGroups/rg-hr-chat/providers"
    "/Microsoft.ManagedIdentity/userAssignedIdentities/id-hr"
)
KNOWN_OF_USER = {"principalId": "11111111-0000-4000-8000-00000000000a", "clientId": "c"}
ENDPOINT = endpoint("pe-claims-search")
GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"
MANY_ZONES = endpoint("pe-actuarial-workspace")
MANY_ZONES_GROUP = f"{MANY_ZONES}/privateDnsZoneGroups/default"
LEFT_OUT_ZONE = zone_id("privatelink.notebooks.azure.net")
BROKEN_RULE = f"{WORKSPACE}/outboundRules/{FAILED_RULE}"
MISSING_HOSTS = ("curated-0", "curated-3")


def broken() -> World:
    world = mended()
    world.revoke(scope=HR_OPENAI, principal=world.principal(HR_SEARCH))
    # Members that no typed model knows must come through a write unharmed.
    world.put(HR_OPENAI, "properties.invented", {"by": ["tomorrow"]})
    world.put(
        CLAIMS_OPENAI, "identity", {"type": "UserAssigned", "userAssignedIdentities": {USER: KNOWN_OF_USER}}
    )
    world.put(CLAIMS_SEARCH, "identity", {"type": "None"})
    world.put(CLAIMS_SEARCH, "properties.invented", "tomorrow")
    world.put(HR_SEARCH, "properties.networkRuleSet", {"bypass": "None", "ipRules": [], "invented": 1})
    world.put(HR_OPENAI, "properties.networkAcls.bypass", "None")
    for link in world.tenant["resources"]:
        if link["id"].lower().startswith(f"{HR_SEARCH}/sharedPrivateLinkResources/".lower()):
            link["properties"]["status"] = "Rejected"
    world.put(HR_STORAGE, "properties.networkAcls.bypass", "Logging, Metrics")
    world.put(HR_STORAGE, "properties.networkAcls.invented", [1])
    world.put(BROKEN_RULE, "properties.status", "Failed")
    world.drop(*(f"{WORKSPACE}/outboundRules/{name}" for name in MISSING_HOSTS))
    world.drop(GROUP)
    kept = world.body(MANY_ZONES_GROUP)["properties"]["privateDnsZoneConfigs"]
    kept[:] = [one for one in kept if one["properties"]["privateDnsZoneId"].lower() != LEFT_OUT_ZONE.lower()]
    return world


def unprovisioned() -> World:
    """Without a network the rules of a workspace are not judged, so this is a company of its own."""
    return mended().put(WORKSPACE, "properties.managedNetwork.status.status", "Inactive")


def report_of(world: World) -> dict[str, Any]:
    """What `auditor scan --format json` says of a company."""
    arm = Arm(Tenant.from_json(world.tenant))
    options = parse(["scan"], {}, Path("/nowhere")).options
    result = audit(connection_to(arm, lambda: None), options, plugins.load(), (), SilentProgress())
    found: dict[str, Any] = json.loads(json.dumps(document(result)))
    return found


@cache
def _report_of_broken() -> str:
    return json.dumps(report_of(broken()))


def broken_report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_report_of_broken())
    return found


def finding(report: dict[str, Any], rule: str, about: str) -> dict[str, Any]:
    """The one failure of a rule on a resource that has a guided fix."""
    found = [
        one
        for one in report["results"]
        if one["rule"] == rule and one["resource"].lower() == about.lower() and one["fix"]
    ]
    (only,) = found
    return dict(only)
