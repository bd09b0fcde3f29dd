"""What leaves the machine: reads alone, and just those that `auditor permissions` asks to be allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor import plugins
from auditor.sandbox.request import LoggedRequest
from auditor.sandbox.sample import agents, on_your_data
from auditor.sandbox.sample.company import AI_PROD, HUB
from auditor.sandbox.scopes import action_of, parse_path
from tests.cli.conftest import Auditor, Serve
from tests.rules.dns.places import RESOLVER_ADDRESS, own_servers, resolver
from tests.rules.workspace.runners import AKS, added, attached
from tests.rules.world import World, company

# Whatever the selection, a scan asks for these only with its scope options.
SCOPE_FLAGS = ("--management-group", "norrland-platform", "-g", "rg-hr-chat")


def provoking() -> World:
    """The sample company with what else leads to a request of its own."""
    world = company()
    for rid in (on_your_data.HR_OPENAI, on_your_data.HR_SEARCH, on_your_data.HR_STORAGE):
        world.put(rid, "properties.publicNetworkAccess", "SecuredByPerimeter")
    database = (
        f"{agents.ACCOUNT.split('/providers')[0]}/providers/Microsoft.DocumentDB/databaseAccounts/threads"
    )
    connection = f"{agents.PROJECT}/connections/servicing-files"
    world.put(connection, "properties.metadata.ResourceId", database)
    world.put(agents.ACCOUNT, "properties.networkInjections", [])
    attached("Kubernetes", AKS)(world)
    added("Microsoft.ContainerService/managedClusters", AKS, properties={})(world)
    resolver(world)
    own_servers(world, RESOLVER_ADDRESS)
    return world


STEPS = ("--data-plane", "--read-app-settings")


def full_log(serve: Serve, *flags: str) -> list[LoggedRequest]:
    with serve(provoking()) as cloud:
        assert cloud.scan("-q", "--fail-on", "never", *flags).code in {0, 4}
        return list(cloud.log)


def is_sign_in(request: LoggedRequest) -> bool:
    return request.path.endswith("/oauth2/v2.0/token") or request.path == "/metadata/endpoints"


def granted(auditor: Auditor, *flags: str) -> dict[str, Any]:
    done = auditor("permissions", *flags)
    assert done.code == 0
    assert "AssignableScopes" in done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def actions_of(log: list[LoggedRequest]) -> set[str]:
    """What the requests need, in lower case: ARM compares actions without case, and ids differ in it."""
    asked = (found for found in log if not is_sign_in(found))
    return {action_of(found.method, parse_path(found.path)).lower() for found in asked}


def allowed(role: dict[str, Any]) -> set[str]:
    return {action.lower() for action in role["Actions"]}


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--rule", "openai-public-network-access"),
        ("--profile", "prompt-flow"),
        ("--rule", "role-*"),
        STEPS,
        ("--data-plane", "--rule", "search-shared-private-links"),
        ("--read-app-settings", "--rule", "role-app-calls-openai"),
        (*STEPS, "--rule", "openai-public-network-access"),
    ],
    ids=" ".join,
)
def test_permissions_are_exactly_those_of_the_requests_that_a_scan_makes(
    flags: tuple[str, ...], serve: Serve, auditor: Auditor, search_names: None
) -> None:
    log = full_log(serve, *SCOPE_FLAGS, "--all-resources", *flags)
    assert allowed(granted(auditor, *flags)) == actions_of(log)


def test_permissions_of_a_narrowed_scope_are_enough(serve: Serve, auditor: Auditor) -> None:
    for subscription in (AI_PROD, HUB):
        log = full_log(serve, "-s", subscription, "--allow-empty")
        assert actions_of(log) <= allowed(granted(auditor))


def test_permissions_are_a_role_definition_that_only_reads(auditor: Auditor) -> None:
    role = granted(auditor)
    assert list(role) == [
        *("Name", "IsCustom", "Description", "Actions"),
        *("NotActions", "DataActions", "NotDataActions", "AssignableScopes"),
    ]
    assert role["IsCustom"] is True
    assert role["Actions"]
    assert [action for action in role["Actions"] if not action.endswith("/read") or "*" in action] == []
    assert role["DataActions"] == role["NotActions"] == role["NotDataActions"] == []
    assert role["AssignableScopes"][0].startswith("/subscriptions/")


def test_permissions_of_the_steps_are_said_and_are_no_data_actions(auditor: Auditor) -> None:
    more = set(granted(auditor, *STEPS)["Actions"]) - set(granted(auditor)["Actions"])
    assert more == {
        *(
            f"Microsoft.Search/searchServices/{kind}/read"
            for kind in ("indexes", "dataSources", "skillsets", "indexers")
        ),
        "Microsoft.Web/sites/config/list/action",
    }
    assert granted(auditor, *STEPS)["DataActions"] == []


def test_permissions_quietly_prints_the_document_alone(auditor: Auditor) -> None:
    assert auditor("permissions", "-q").err == ""


def test_scan_of_everything_sends_nothing_but_reads(serve: Serve) -> None:
    log = full_log(serve, *SCOPE_FLAGS, "--all-resources")
    sign_in = [found for found in log if is_sign_in(found)]
    assert [(found.method, found.path.rpartition("/")[2]) for found in sign_in] == [
        ("GET", "endpoints"),
        ("POST", "token"),
    ]
    others = [found for found in log if not is_sign_in(found)]
    assert len(others) > len(plugins.load().sources)
    assert {found.method for found in others} == {"GET"}
    for found in others:
        last = found.path.rpartition("/")[2].lower()
        assert not last.startswith(("list", "regenerate", "get")), found.path
        assert "sig=" not in found.query


def test_scan_asks_for_each_thing_once(serve: Serve) -> None:
    log = full_log(serve, "--all-resources")
    asked = [(found.path.lower(), found.query.lower()) for found in log]
    assert sorted(asked) == sorted(set(asked))
