"""private-endpoint-foreign-approval."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, FixTrust
from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.agents import ACCOUNT as OPENAI
from auditor.sandbox.sample.company import LEARNING_PLATFORM, SEARCH_PLATFORM, STRANGER
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE, HR_OPENAI
from auditor_rules.private_endpoint.private_endpoint_foreign_approval import private_endpoint_foreign_approval
from tests.rules.cases import Case
from tests.rules.private_endpoint.doors import (
    ENDPOINT_ID,
    OTHER_TENANT,
    RETIRED,
    STATUS,
    at,
    knock,
    link,
    rule_status,
    show,
)
from tests.rules.world import World, mended

OURS = at(CLAIMS_OPENAI, "pe-claims-openai")
LINKED = at(CLAIMS_OPENAI, "srch-norrland-claims-link-openai")
LONE = at(HR_OPENAI, "srch-norrland-hr-link-openai")
KNOCK = at(OPENAI, "knock")
PARTNER = Declared(fix=FixTrust(partner_tenants=(OTHER_TENANT.upper(),)))


def approved(world: World, target: str = OPENAI, subscription: str = STRANGER) -> World:
    return knock(world, target, subscription, status="Approved")


def managed(target: str) -> str:
    """The managed network's connection on a target."""
    found: str = next(
        row["id"]
        for row in mended().tenant["resources"]
        if row["id"].startswith(f"{target}/privateEndpointConnections/")
        and LEARNING_PLATFORM in row["properties"]["privateEndpoint"]["id"]
    )
    return found


BLOB_LINK = f"{CLAIMS_SEARCH}/sharedPrivateLinkResources/link-blob"
OWN_RULE = next(
    row["id"]
    for row in mended().tenant["resources"]
    if "/outboundRules/__SYS_PE_actuarial-ml_amlworkspace" in row["id"]
)
CASES = (
    Case(name="ours", about=OURS, status="pass", says="our subscription"),
    Case(name="shared-link", about=LINKED, status="pass", says="shared private link link-openai"),
    Case(
        name="managed-network",
        about=managed(CLAIMS_SEARCH),
        status="pass",
        says="outbound rule claims-search of actuarial-ml",
        seen=(("properties.status", "Active"),),
    ),
    Case(name="not-proven", about=LINKED, status="pass", says="explained, not proven"),
    Case(
        name="pending",
        about=KNOCK,
        status="not_applicable",
        change=lambda w: knock(w, OPENAI),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="unexplained",
        about=KNOCK,
        status="fail",
        change=approved,
        severity=Severity.MEDIUM,
        says="not visible here, and no managed network or shared private link of ours explains it",
        seen=((STATUS, "Approved"),),
    ),
    Case(
        name="being-approved",
        about=KNOCK,
        status="fail",
        change=lambda w: knock(w, OPENAI, status="Approving"),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="rule-not-active",
        about=managed(CLAIMS_SEARCH),
        status="fail",
        change=lambda w: rule_status(w, WORKSPACE, "claims-search", "Inactive"),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="link-rejected",
        about=LONE,
        status="fail",
        change=lambda w: w.put(
            f"{HR_OPENAI.split('/providers')[0]}/providers/Microsoft.Search/searchServices/srch-norrland-hr"
            "/sharedPrivateLinkResources/link-openai",
            "properties.status",
            "Rejected",
        ),
        severity=Severity.MEDIUM,
    ),
    Case(
        name="more-connections-than-links",
        about=at(CLAIMS_OPENAI, "knock"),
        status="fail",
        change=lambda w: approved(w, CLAIMS_OPENAI),
        severity=Severity.MEDIUM,
        says="explains 2 of 3 such connections here",
    ),
    Case(
        name="the-usual-one-beside-a-stranger",
        about=LINKED,
        status="pass",
        change=lambda w: approved(w, CLAIMS_OPENAI),
    ),
    Case(
        name="a-second-link-explains-it",
        about=at(CLAIMS_OPENAI, "knock"),
        status="pass",
        change=lambda w: approved(
            link(w, "two", CLAIMS_OPENAI, "cognitiveservices_account", "Approved", ""),
            CLAIMS_OPENAI,
            SEARCH_PLATFORM,
        ),
        says="link two",
    ),
    Case(
        name="another-tenant",
        about=KNOCK,
        status="fail",
        change=lambda w: show(approved(w), STRANGER, OTHER_TENANT),
        severity=Severity.CRITICAL,
        seen=(("tenantId", OTHER_TENANT),),
    ),
    Case(
        name="a-partner",
        about=KNOCK,
        status="pass",
        change=lambda w: show(approved(w), STRANGER, OTHER_TENANT),
        declared=PARTNER,
        says="declared partner tenant",
    ),
    Case(
        name="retired",
        about=at(CLAIMS_SEARCH, "knock"),
        status="pass",
        change=lambda w: approved(w, CLAIMS_SEARCH, RETIRED),
        says="private-endpoint-retired-managed judges it",
    ),
    Case(
        name="endpoint-absent",
        about=OURS,
        status="fail",
        change=lambda w: w.cut(OURS, ENDPOINT_ID),
        severity=Severity.MEDIUM,
        seen=((ENDPOINT_ID, ABSENT),),
    ),
    Case(
        name="endpoint-null",
        about=OURS,
        status="fail",
        change=lambda w: w.put(OURS, ENDPOINT_ID, None),
        severity=Severity.MEDIUM,
        seen=((ENDPOINT_ID, None),),
    ),
    Case(
        name="endpoint-malformed",
        about=OURS,
        status="unknown",
        change=lambda w: w.put(OURS, ENDPOINT_ID, "pe"),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="status-absent",
        about=OURS,
        status="unknown",
        change=lambda w: w.cut(OURS, STATUS),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="links-refused",
        about=LINKED,
        status="unknown",
        change=lambda w: rule_status(w, WORKSPACE, "claims-openai", "Failed").refuse(
            "srch-norrland-claims/sharedPrivateLinkResources"
        ),
        reason=Reason.NO_PERMISSION,
    ),
    *(
        Case(
            name=f"link-with-a-malformed-{name}",
            about=at(CLAIMS_STORAGE, "srch-norrland-claims-link-blob"),
            status="unknown",
            change=lambda w, path=path: w.put(BLOB_LINK, path, 12.5),  # type: ignore[misc]
            reason=Reason.MALFORMED,
            says="is 12.5, expected",
        )
        for name, path in (
            ("target", "properties.privateLinkResourceId"),
            ("group", "properties.groupId"),
            ("status", "properties.status"),
        )
    ),
    Case(
        name="rule-with-a-status-nobody-knows",
        about=managed(WORKSPACE),
        status="unknown",
        change=lambda w: w.put(OWN_RULE, "properties.status", "Sleeping"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="connections-refused",
        about=CLAIMS_OPENAI,
        status="unknown",
        change=lambda w: w.refuse("oai-norrland-claims/privateEndpointConnections"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_private_endpoint_foreign_approval(case: Case) -> None:
    case.check(private_endpoint_foreign_approval)


def test_foreign_approval_unread_elsewhere_still_fails_and_says_where() -> None:
    world = approved(mended()).refuse("bb313c72-f60c-5476-8d49-3953cb9d556f/providers/Microsoft.Search")
    found = next(
        result for result in world.judge(private_endpoint_foreign_approval) if result.resource == KNOCK
    )
    assert found.status == "fail"
    assert "Microsoft.Search/searchServices" in found.verdict.notes[0]
