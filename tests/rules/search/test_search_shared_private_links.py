"""search-shared-private-links."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reach import DATA_PLANE
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from auditor_rules.search.search_shared_private_links import search_shared_private_links
from tests.rules.cases import Case, Change
from tests.rules.world import World

LINKS = f"{CLAIMS_SEARCH}/sharedPrivateLinkResources"
OPENAI_LINK = f"{LINKS}/link-openai"
BLOB_LINK = f"{LINKS}/link-blob"
OLD = "2024-04-03T23:59:59Z"
NEW = "2024-04-04T00:00:00Z"


def link(world: World, name: str, group: str, target: str) -> None:
    properties = {
        "privateLinkResourceId": target,
        "groupId": group,
        "status": "Approved",
        "provisioningState": "Succeeded",
    }
    kind = "Microsoft.Search/searchServices/sharedPrivateLinkResources"
    world.add({"id": f"{LINKS}/{name}", "name": name, "type": kind, "properties": properties})


def state(status: object = "Approved", provisioning: object = "Succeeded") -> Change:
    """The blob link in this state; ABSENT takes a property away."""

    def change(world: World) -> None:
        for path, value in (("properties.status", status), ("properties.provisioningState", provisioning)):
            if value is ABSENT:
                world.cut(BLOB_LINK, path)
            else:
                world.put(BLOB_LINK, path, value)

    return change


def service(
    tier: object, created: object = OLD, upgraded: object = None, *, group: str | None = None
) -> Change:
    """The service of this tier and age, with one more link where a group is given."""

    def change(world: World) -> None:
        world.put(CLAIMS_SEARCH, "sku.name", tier)
        world.put(CLAIMS_SEARCH, "systemData.createdAt", created)
        world.put(CLAIMS_SEARCH, "properties.serviceUpgradedAt", upgraded)
        if group is not None:
            world.drop(OPENAI_LINK)
            link(world, "link-skill", group, CLAIMS_OPENAI)

    return change


def twin(world: World) -> None:
    link(world, "link-blob-2", "BLOB", CLAIMS_STORAGE.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))


def broken_and_unreadable(world: World) -> None:
    """One link is provably broken, another one's state is not known: the failure must be seen."""
    state("Rejected")(world)
    world.put(OPENAI_LINK, "properties.status", "Considering")


def fails(name: str, change: Change, says: str) -> Case:
    return Case(
        name=name, about=CLAIMS_SEARCH, status="fail", severity=Severity.MEDIUM, change=change, says=says
    )


def passes(name: str, change: Change) -> Case:
    return Case(name=name, about=CLAIMS_SEARCH, status="pass", change=change)


def deeper(change: Change = lambda _world: None) -> Change:
    """The same company, its search services read at their own endpoints."""

    def changed(world: World) -> None:
        world.reach = frozenset({DATA_PLANE})
        change(world)

    return changed


def indexer(world: World, **members: object) -> None:
    world.inside(CLAIMS_SEARCH, "indexers")[0].update(members)


def in_the_open(environment: object = None) -> Change:
    """The indexer of the claims says so, or nothing of its environment."""
    said = {} if environment is None else {"executionEnvironment": environment}
    return deeper(lambda world: indexer(world, parameters={"configuration": said}))


def source(connection: object, kind: str = "azureblob") -> Change:
    """An indexer without skills in the open, whose data source connects like this."""

    def change(world: World) -> None:
        indexer(world, parameters=None, skillsetName=None)
        credentials = {"connectionString": connection}
        world.inside(CLAIMS_SEARCH, "datasources")[0].update(credentials=credentials, type=kind)

    return deeper(change)


def skills_alone(world: World) -> None:
    indexer(world, parameters=None)
    world.drop(BLOB_LINK)


def no_skills_called(world: World) -> None:
    world.inside(CLAIMS_SEARCH, "skillsets")[0]["skills"] = [{"resourceUri": None}, {}]
    skills_alone(world)


def keys_alone(world: World) -> None:
    world.put(CLAIMS_SEARCH, "properties.disableLocalAuth", False)
    world.put(CLAIMS_SEARCH, "properties.authOptions", {"apiKeyOnly": {}})


OTHER_STORE = f"ResourceId={CLAIMS_STORAGE}2;"
INDEXER_CASES = (
    Case(name="indexers-private", about=CLAIMS_SEARCH, status="pass", change=deeper()),
    passes("indexer-private-in-other-case", in_the_open("Private")),
    fails("indexer-in-the-open", in_the_open("standard"), "goes round link-blob, link-openai"),
    fails("indexer-says-nothing", in_the_open(), "goes round link-blob"),
    fails("indexer-null-parameters", source(f"ResourceId={CLAIMS_STORAGE.upper()}"), "goes round"),
    fails("indexer-whose-skills-use-a-link", deeper(skills_alone), "goes round link-openai"),
    passes("indexer-whose-skills-call-nothing", deeper(no_skills_called)),
    passes("indexer-of-another-store", source(OTHER_STORE)),
    passes("indexer-of-tables-beside-a-blob-link", source(f"ResourceId={CLAIMS_STORAGE};", "azuretable")),
    passes("indexer-of-another-kind-with-keys", source(None, "azuresql")),
    passes("no-indexers", deeper(lambda world: world.inside(CLAIMS_SEARCH, "indexers").clear())),
    *(
        Case(name=name, about=CLAIMS_SEARCH, status="unknown", change=change, reason=reason, says=says)
        for name, change, reason, says in (
            ("connection-null", source(None), Reason.AMBIGUOUS, "withholds"),
            ("connection-unchanged", source("<unchanged>"), Reason.AMBIGUOUS, "withholds"),
            ("connection-malformed", source(7), Reason.MALFORMED, "expected text"),
            ("new-environment", in_the_open("hybrid"), Reason.UNEXPECTED_VALUE, "hybrid"),
            ("keys-alone", deeper(keys_alone), Reason.DATA_PLANE_UNREACHABLE, "API keys alone"),
            (
                "not-from-here",
                deeper(lambda world: world.refuse("srch-norrland-claims/indexers", 403)),
                Reason.NO_PERMISSION,
                "Microsoft.Search/searchServices/indexers/read",
            ),
        )
    ),
)
CASES = (
    *INDEXER_CASES,
    Case(name="all-well", about=CLAIMS_SEARCH, status="pass", says="read it with --data-plane"),
    passes("approved-in-other-case", state("approved", "succeeded")),
    fails("pending", state("Pending"), "waits for approval"),
    fails("pending-without-provisioning", state("Pending", ABSENT), "waits for approval"),
    fails("rejected", state("Rejected"), "is Rejected"),
    fails("disconnected", state("Disconnected"), "is Disconnected"),
    fails("failed", state("Approved", "Failed"), "provisioning is Failed"),
    fails("incomplete", state("Approved", "Incomplete"), "provisioning is Incomplete"),
    fails("twins-by-other-case", twin, "both lead to"),
    fails("broken-beside-unreadable", broken_and_unreadable, "is Rejected"),
    *(
        Case(name=name, about=CLAIMS_SEARCH, status="unknown", change=change, reason=reason)
        for name, change, reason in (
            ("being-updated", state("Approved", "Updating"), Reason.AMBIGUOUS),
            ("provisioning-absent", state("Approved", ABSENT), Reason.AMBIGUOUS),
            ("status-null", state(None), Reason.AMBIGUOUS),
            ("new-status", state("Considering"), Reason.UNEXPECTED_VALUE),
            ("new-tier", service("serverless"), Reason.UNEXPECTED_VALUE),
            ("no-date", service("standard", None), Reason.AMBIGUOUS),
            ("malformed-date", service("standard", "last spring"), Reason.MALFORMED),
        )
    ),
    passes("embedding-on-basic-that-is-new", service("basic", NEW)),
    passes("embedding-on-basic-that-was-upgraded", service("basic", OLD, "2025-02-01T00:00:00Z")),
    fails("embedding-on-basic-that-is-old", service("basic"), "after 3 April 2024"),
    fails("embedding-on-standard-that-is-old", service("Standard"), "after 3 April 2024"),
    passes("embedding-on-standard-2-that-is-old", service("standard2")),
    passes("embedding-on-storage-optimised-without-date", service("storage_optimized_l1", None)),
    fails("custom-skill-on-basic-that-is-new", service("basic", NEW, group="sites"), "Standard 1"),
    passes("custom-skill-on-standard-that-is-new", service("standard", NEW, group="sites")),
    fails("skill-on-standard-that-is-old", service("standard", group="cognitiveservices_account"), "3 April"),
    passes("data-source-on-basic-that-is-old", service("basic", group="table")),
    fails("free-tier", service("free", NEW), "free tier"),
    Case(
        name="links-refused",
        about=CLAIMS_SEARCH,
        status="unknown",
        change=lambda world: world.refuse(LINKS),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="no-links",
        about=CLAIMS_SEARCH,
        status="not_applicable",
        change=lambda world: world.drop(OPENAI_LINK, BLOB_LINK),
        reason=Reason.NOT_USED,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_shared_private_links(case: Case) -> None:
    case.check(search_shared_private_links)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("pending", f"az network private-endpoint-connection list --id {CLAIMS_STORAGE}"),
        ("twins-by-other-case", "delete --service-name srch-norrland-claims -g rg-claims-chat"),
    ],
)
def test_remedy_of_a_link_names_its_target_and_service(name: str, command: str) -> None:
    case = next(case for case in CASES if case.name == name)
    remedy = case.check(search_shared_private_links).remedy
    assert remedy is not None
    assert command in (remedy.az or "")
