"""foundry-connection-auth."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.agents import ACCOUNT, PROJECT, SEARCH, STORAGE
from auditor.sandbox.sample.company import SERVICING, child, within
from auditor_rules.foundry.foundry_connection_auth import SECRET, foundry_connection_auth
from tests.rules.cases import Case, Change
from tests.rules.foundry.agents import then
from tests.rules.world import World

FILES = child(PROJECT, "connections", "servicing-files")
KNOWLEDGE = child(PROJECT, "connections", "servicing-knowledge")
DATABASE = within(SERVICING, "Microsoft.DocumentDB/databaseAccounts", "cosmos-servicing")


def put(path: str, value: object, rid: str = FILES) -> Change:
    return lambda world: world.put(rid, f"properties.{path}", value)


def cosmos(access: object = "Disabled", *, named: bool = True, read: bool = True) -> Change:
    """The files' connection leads to a Cosmos DB account instead."""

    def change(world: World) -> None:
        world.put(FILES, "properties.category", "CosmosDB")
        world.put(FILES, "properties.metadata", {"ResourceId": DATABASE} if named else {})
        if read:
            kind = "Microsoft.DocumentDB/databaseAccounts"
            properties = {"publicNetworkAccess": access}
            world.add({"id": DATABASE, "name": "cosmos-servicing", "type": kind, "properties": properties})

    return change


def by_target(target: str) -> Change:
    return lambda world: world.cut(FILES, "properties.metadata").put(FILES, "properties.target", target)


def failing(name: str, change: Change, says: str) -> Case:
    severity = Severity.MEDIUM
    return Case(name=name, about=FILES, status="fail", change=change, severity=severity, says=says)


CASES = (
    Case(name="keyless", about=FILES, status="pass", to="stnorrlandservicing", says="signs in with AAD"),
    Case(name="search", about=KNOWLEDGE, status="pass", says="srch-norrland-servicing is closed"),
    Case(name="lower-case", about=FILES, status="pass", change=put("authType", "managedidentity")),
    Case(name="cosmos", about=FILES, status="pass", change=cosmos(), says="cosmos-servicing is closed"),
    Case(
        name="by-host-of-storage",
        about=FILES,
        status="pass",
        change=by_target("https://STNORRLANDSERVICING.blob.core.windows.net/files"),
    ),
    Case(
        name="by-bare-host-of-search",
        about=FILES,
        status="pass",
        change=by_target("srch-norrland-servicing.search.windows.net"),
    ),
    Case(
        name="required-endpoint-is-noted",
        about=FILES,
        status="pass",
        change=then(put("peRequirement", "Required"), put("peStatus", "Inactive")),
        says="whose status is Inactive",
    ),
    *(failing(f"secret-{kind}", put("authType", kind), f"authType {kind}") for kind in sorted(SECRET)),
    failing(
        "open-storage",
        lambda world: world.cut(STORAGE, "properties.publicNetworkAccess").put(
            STORAGE, "properties.networkAcls.defaultAction", "Allow"
        ),
        "is open",
    ),
    failing(
        "open-account",
        then(
            by_target(f"https://{ACCOUNT.rsplit('/', 1)[1]}.services.ai.azure.com/"),
            put("category", "AIServices"),
            lambda world: world.put(ACCOUNT, "properties.publicNetworkAccess", "Enabled"),
        ),
        "is open",
    ),
    failing("open-cosmos", cosmos("Enabled"), "is open"),
    failing("cosmos-access-absent", cosmos(None), "means enabled"),
    failing("cosmos-without-id", cosmos(named=False), "needs metadata.ResourceId"),
    failing(
        "key-to-an-unseen-target",
        then(put("authType", "ApiKey"), by_target("https://elsewhere.blob.core.windows.net")),
        "not checked",
    ),
    Case(
        name="open-search",
        about=KNOWLEDGE,
        status="fail",
        change=lambda world: world.put(SEARCH, "properties.publicNetworkAccess", "enabled"),
    ),
    Case(
        name="unseen-host",
        about=FILES,
        status="unknown",
        change=by_target("https://elsewhere.blob.core.windows.net"),
        reason=Reason.OUT_OF_SCOPE,
    ),
    Case(
        name="target-is-no-url",
        about=FILES,
        status="unknown",
        change=by_target("https://[oops"),
        reason=Reason.OUT_OF_SCOPE,
    ),
    Case(
        name="unread-type",
        about=FILES,
        status="unknown",
        change=put("metadata", {"ResourceId": within(SERVICING, "Microsoft.Sql/servers", "sql")}),
        reason=Reason.OUT_OF_SCOPE,
    ),
    Case(
        name="target-gone",
        about=FILES,
        status="unknown",
        change=put("metadata", {"ResourceId": f"{STORAGE}old"}),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="cosmos-hidden",
        about=FILES,
        status="unknown",
        change=cosmos(read=False),
        reason=Reason.HIDDEN,
    ),
    Case(
        name="cosmos-in-perimeter",
        about=FILES,
        status="unknown",
        change=cosmos("SecuredByPerimeter"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(name="auth-absent", about=FILES, status="unknown", change=put("authType", None)),
    Case(name="auth-none", about=FILES, status="unknown", change=put("authType", "None")),
    Case(
        name="auth-not-known",
        about=FILES,
        status="unknown",
        change=put("authType", "Passkey"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="connections-refused",
        about=PROJECT,
        status="unknown",
        change=lambda world: world.refuse("projects/servicing/connections"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="other-service",
        about=FILES,
        status="not_applicable",
        change=then(put("category", "Serp"), put("authType", "ApiKey"), put("metadata", {})),
        reason=Reason.KIND,
    ),
    Case(
        name="telemetry",
        about=FILES,
        status="not_applicable",
        change=then(put("category", "AppInsights"), put("authType", "ApiKey")),
        reason=Reason.SERVED_OTHERWISE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_foundry_connection_auth(case: Case) -> None:
    case.check(foundry_connection_auth)


def test_connection_of_the_account_itself_is_judged_too() -> None:
    def change(world: World) -> None:
        body = {"category": "CognitiveSearch", "authType": "ApiKey", "metadata": {"ResourceId": SEARCH}}
        kind = "Microsoft.CognitiveServices/accounts/connections"
        listed = child(ACCOUNT, "connections", "threads")
        world.add({"id": listed, "name": "threads", "type": kind, "properties": body})

    listed = child(ACCOUNT, "connections", "threads")
    Case(name="", about=listed, status="fail", change=change).check(foundry_connection_auth)
