"""The rows of the decision table: pending connections with their class, and the rule that fails them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auditor.model.declared import Declared, FixTrust
from auditor.model.finding import Severity
from auditor.sandbox.sample.company import LEARNING_PLATFORM, SEARCH_PLATFORM, STRANGER
from auditor.sandbox.sample.learning_dependencies import STORAGE as ML_STORAGE
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE, HR_STORAGE
from tests.rules.private_endpoint.doors import (
    AI_PROD,
    ENDPOINT_ID,
    HR_BLOB,
    NONCE,
    OTHER_TENANT,
    RETIRED,
    STATE,
    at,
    both_sides,
    knock,
    link,
    ours,
    request,
    rule_status,
    show,
)
from tests.rules.world import World

PENDING, UNKNOWN, OLD = "private-endpoint-pending", "private-endpoint-unknown-requester", "retired"
KNOCK = at(CLAIMS_OPENAI, "knock")
PARTNER = Declared(fix=FixTrust(partner_tenants=(OTHER_TENANT.upper(),)))


@dataclass(frozen=True, kw_only=True)
class Row:
    """A pending connection with its class and row, and the one rule that fails it, how severely."""

    name: str
    change: Callable[[World], object]
    kind: str
    row: int
    failed_by: str
    severity: Severity = Severity.MEDIUM
    about: str = KNOCK
    declared: Declared = Declared()

    def __str__(self) -> str:
        return self.name


def pending_ours(world: World) -> World:
    return both_sides(world, HR_STORAGE, "pe-hr-blob", "Pending")


def ask_for(world: World, group: str) -> None:
    request(pending_ours(world), "pe-hr-blob")["groupIds"] = [group]


def name_another_target(world: World) -> None:
    request(pending_ours(world), "pe-hr-blob")["privateLinkServiceId"] = CLAIMS_STORAGE


def wanted_by_rule(world: World, subscription: str = LEARNING_PLATFORM) -> World:
    """The managed network's connection to the claims account is not there yet, and somebody asks."""
    for found in list(world.tenant["resources"]):
        is_connection = found["id"].startswith(f"{CLAIMS_OPENAI}/privateEndpointConnections/")
        if is_connection and LEARNING_PLATFORM in found["properties"]["privateEndpoint"]["id"]:
            world.drop(found["id"])
    rule_status(world, WORKSPACE, "claims-openai", "Inactive")
    return knock(world, subscription=subscription)


def wanted_by_link(world: World, says: str = NONCE, message: str = NONCE) -> World:
    link(world, "link-two", CLAIMS_OPENAI, "openai_account", "Pending", message)
    return knock(world, subscription=SEARCH_PLATFORM, says=says)


def strangers_everywhere(world: World) -> World:
    """A stranger was once approved on one target of the workspace, and asks at the next."""
    knock(world, ML_STORAGE, seed="before", status="Approved")
    return wanted_by_rule(world, STRANGER)


ROWS = (
    Row(
        name="ours",
        about=HR_BLOB,
        change=pending_ours,
        kind="ours",
        row=5,
        failed_by=PENDING,
    ),
    Row(
        name="ours-in-another-case",
        about=HR_BLOB,
        change=lambda w: pending_ours(w).put(
            HR_BLOB, ENDPOINT_ID, ours("pe-hr-blob").upper().replace("/SUBS", "/subs")
        ),
        kind="ours",
        row=5,
        failed_by=PENDING,
    ),
    Row(
        name="ours-asks-for-a-group-nobody-needs",
        about=HR_BLOB,
        change=lambda w: ask_for(w, "queue"),
        kind="unplanned",
        row=6,
        failed_by=UNKNOWN,
    ),
    Row(
        name="ours-names-another-target",
        about=HR_BLOB,
        change=name_another_target,
        kind="unplanned",
        row=6,
        failed_by=UNKNOWN,
    ),
    Row(
        name="ours-but-gone",
        about=HR_BLOB,
        change=lambda w: pending_ours(w).drop(ours("pe-hr-blob")),
        kind="orphan",
        row=7,
        failed_by=UNKNOWN,
    ),
    Row(
        name="ours-but-endpoints-are-refused",
        about=HR_BLOB,
        change=lambda w: pending_ours(w).refuse("Network/privateEndpoints"),
        kind="orphan",
        row=7,
        failed_by=UNKNOWN,
    ),
    Row(
        name="no-endpoint-named",
        change=lambda w: knock(w).put(KNOCK, "properties.privateEndpoint", None),
        kind="unknown",
        row=3,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="a-malformed-endpoint-id",
        change=lambda w: knock(w).put(KNOCK, ENDPOINT_ID, "pe-claims-openai"),
        kind="unknown",
        row=3,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="an-id-that-is-no-endpoint",
        change=lambda w: knock(w).put(KNOCK, ENDPOINT_ID, CLAIMS_STORAGE),
        kind="unknown",
        row=3,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="retired-endpoint-of-on-your-data",
        about=at(CLAIMS_SEARCH, "knock"),
        change=lambda w: knock(w, CLAIMS_SEARCH, RETIRED.upper()),
        kind="retired",
        row=4,
        failed_by=OLD,
    ),
    Row(
        name="retired-subscription-elsewhere-than-on-search",
        change=lambda w: knock(w, subscription=RETIRED),
        kind="unknown",
        row=12,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="another-tenant",
        change=lambda w: show(knock(w), STRANGER, OTHER_TENANT),
        kind="foreign",
        row=8,
        failed_by=UNKNOWN,
        severity=Severity.CRITICAL,
    ),
    Row(
        name="a-partner",
        change=lambda w: show(knock(w), STRANGER, OTHER_TENANT),
        kind="unknown",
        row=12,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
        declared=PARTNER,
    ),
    Row(
        name="stranger",
        change=knock,
        kind="unknown",
        row=12,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="stranger-with-our-names-and-message",
        change=lambda w: knock(
            w,
            says="HR assistant: blob access for document upload",
            endpoint=ours("pe-claims-openai").replace(AI_PROD, STRANGER),
        ),
        kind="unknown",
        row=12,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="stranger-still-being-made",
        change=lambda w: knock(w).put(KNOCK, STATE, "Updating"),
        kind="blocked",
        row=1,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="ours-that-failed",
        about=HR_BLOB,
        change=lambda w: pending_ours(w).put(HR_BLOB, STATE, "Failed"),
        kind="blocked",
        row=1,
        failed_by=PENDING,
    ),
    Row(
        name="link-and-its-secret",
        change=wanted_by_link,
        kind="likely",
        row=9,
        failed_by=PENDING,
    ),
    Row(
        name="link-and-another-message",
        change=lambda w: wanted_by_link(w, says="let me in"),
        kind="ambiguous",
        row=11,
        failed_by=PENDING,
    ),
    Row(
        name="link-whose-message-is-no-secret",
        change=lambda w: wanted_by_link(w, says="please approve", message="please approve"),
        kind="ambiguous",
        row=11,
        failed_by=PENDING,
    ),
    Row(
        name="link-and-two-who-ask",
        change=lambda w: knock(wanted_by_link(w), seed="other"),
        kind="ambiguous",
        row=11,
        failed_by=PENDING,
    ),
    Row(
        name="link-for-another-group",
        about=at(CLAIMS_STORAGE, "knock"),
        change=lambda w: knock(
            link(w, "link-two", CLAIMS_OPENAI, "openai_account", "Pending", NONCE), CLAIMS_STORAGE, says=NONCE
        ),
        kind="unknown",
        row=12,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
    Row(
        name="rule-and-its-usual-subscription",
        change=wanted_by_rule,
        kind="likely",
        row=10,
        failed_by=PENDING,
    ),
    Row(
        name="rule-and-another-subscription",
        change=lambda w: wanted_by_rule(w, STRANGER),
        kind="ambiguous",
        row=11,
        failed_by=PENDING,
    ),
    Row(
        name="rule-and-a-stranger-approved-once-elsewhere",
        change=strangers_everywhere,
        kind="ambiguous",
        row=11,
        failed_by=PENDING,
    ),
    Row(
        name="rule-that-is-served-already",
        change=lambda w: knock(w, subscription=LEARNING_PLATFORM),
        kind="unknown",
        row=12,
        failed_by=UNKNOWN,
        severity=Severity.HIGH,
    ),
)
