"""Which verdict colours which node and edge: joined by whole ids, without case, and never by guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from auditor.model.finding import Evidence, Fail, Gap, NotApplicable, Pass, Severity, Unknown, Verdict
from auditor.model.ids import ArmId
from auditor.model.map import MapEdge, MapNode, WorkloadMap
from auditor.model.reasons import Reason
from auditor.model.result import Result, WaiverMark
from auditor_reports.html_data import page_data
from tests.reports.example import (
    ASSIGNMENT,
    CONNECTION,
    ENDPOINT,
    NETWORK,
    OPENAI,
    SEARCH,
    STORAGE,
    SUBNET,
    SUBSCRIPTION,
    audit,
    result_of,
)

_SCOPE = f"/subscriptions/{SUBSCRIPTION}"
_WAIVER = WaiverMark(rule="r", resource="*", reason="known", owner="us", expires=date(2026, 12, 31))
_ACCESS = "properties.publicNetworkAccess"


def seen(resource: str, path: str = "properties.x") -> tuple[Evidence, ...]:
    return (Evidence(resource=resource, path=path, value=1),)


def failed(resource: str = OPENAI, path: str = "properties.x") -> Fail:
    return Fail(message="no", evidence=seen(resource, path))


UNKNOWN = Unknown(message="?", reason=Reason.CONDITIONAL)
PASS = Pass(message="yes")
ELSEWHERE = NotApplicable(message="-", reason=Reason.KIND)


def about(
    resource: str, verdict: Verdict, severity: Severity = Severity.HIGH, *related: str, rule: str = "r"
) -> Result:
    return result_of(rule, verdict, severity, resource, related=related)


def drawn(*results: Result, lowest: Severity = Severity.INFO, **changes: Any) -> dict[str, Any]:
    """The example's map, with these results and no others."""
    plain = audit()
    maps = (replace(plain.maps[0], **changes),)
    data = page_data(replace(plain, results=results, maps=maps), lowest)
    found: dict[str, Any] = data["maps"][0]
    return found


def node(found: dict[str, Any], rid: str) -> dict[str, Any]:
    (one,) = (node for node in found["nodes"] if node["id"].lower() == rid.lower())
    assert isinstance(one, dict)
    return one


def edges(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [edge for edge in found["edges"] if edge["kind"] == kind]


@pytest.mark.parametrize(
    ("verdicts", "wanted"),
    [
        ((), "none"),
        ((ELSEWHERE,), "none"),
        ((PASS, ELSEWHERE), "pass"),
        ((PASS, UNKNOWN), "unknown"),
        ((UNKNOWN, failed(), PASS), "fail"),
    ],
)
def test_node_has_the_worst_verdict_about_it(verdicts: tuple[Verdict, ...], wanted: str) -> None:
    found = drawn(*(about(OPENAI, verdict, rule=f"r-{n}") for n, verdict in enumerate(verdicts)))
    assert node(found, OPENAI)["verdict"] == wanted
    assert len(node(found, OPENAI)["findings"]) == len(verdicts)


def test_node_whose_failure_is_waived_is_neither_red_nor_green() -> None:
    found = drawn(replace(about(OPENAI, failed()), waiver=_WAIVER), about(OPENAI, PASS, rule="other"))
    assert node(found, OPENAI)["verdict"] == "waived"


def test_node_that_was_not_read_is_unknown_whatever_passed_and_red_where_it_failed() -> None:
    assert node(drawn(about(SEARCH, PASS)), SEARCH)["verdict"] == "unknown"
    assert node(drawn(), SEARCH)["verdict"] == "unknown"
    assert node(drawn(about(SEARCH, failed())), SEARCH)["verdict"] == "fail"


def test_node_is_found_in_whatever_case_its_id_was_written() -> None:
    assert node(drawn(about(OPENAI.upper(), failed())), OPENAI)["verdict"] == "fail"


def test_node_is_not_found_by_the_beginning_of_its_id() -> None:
    found = drawn(about(f"{OPENAI}-2", failed()), about(f"{OPENAI}2/deployments/d", failed()))
    assert node(found, OPENAI)["verdict"] == "none"


def test_node_is_not_coloured_by_what_only_names_it() -> None:
    assert node(drawn(about(STORAGE, failed(), Severity.HIGH, OPENAI)), OPENAI)["verdict"] == "none"


def test_node_counts_what_lies_below_it_and_is_nowhere_else() -> None:
    found = drawn(about(f"{OPENAI}/deployments/gpt", failed()))
    assert node(found, OPENAI)["verdict"] == "fail"


def test_node_does_not_count_what_has_its_own_place() -> None:
    found = drawn(about(SUBNET, failed()), about(CONNECTION, failed(), rule="connection"))
    assert node(found, SUBNET)["verdict"] == "fail"
    assert node(found, NETWORK)["verdict"] == "none"
    assert node(found, OPENAI)["verdict"] == "none"


def test_network_does_not_count_subnets_of_others() -> None:
    assert node(drawn(about(f"{NETWORK}/subnets/others", failed())), NETWORK)["verdict"] == "none"


def test_scope_counts_verdicts_about_itself_alone() -> None:
    nodes = (MapNode(id=_SCOPE, kind="scope", label="subscription"), *audit().maps[0].nodes)
    found = drawn(about(STORAGE, failed()), nodes=nodes)
    assert node(found, _SCOPE)["verdict"] == "none"
    assert node(found, _SCOPE)["label"] == "Contoso AI production"
    assert node(drawn(about(_SCOPE, failed()), nodes=nodes), _SCOPE)["verdict"] == "fail"


def test_edge_has_the_verdict_about_the_connection_it_stands_for() -> None:
    (edge,) = edges(drawn(about(CONNECTION.lower(), failed(), Severity.HIGH, ENDPOINT)), "private-link")
    assert (edge["verdict"], edge["severity"]) == ("fail", "high")


def test_edge_is_green_where_a_pass_was_proved_by_it() -> None:
    proof = Pass(message="granted", evidence=seen(ASSIGNMENT, "properties.roleDefinitionId"))
    (edge,) = edges(drawn(about(OPENAI, proof, Severity.HIGH, STORAGE)), "role")
    assert edge["verdict"] == "pass"


@pytest.mark.parametrize("verdict", [failed(ASSIGNMENT), replace(UNKNOWN, evidence=seen(ASSIGNMENT))])
def test_edge_is_not_blamed_where_it_was_only_looked_at(verdict: Verdict) -> None:
    """A grant that does not suffice is no bad grant: what is missing is a line of its own."""
    found = drawn(about(OPENAI, verdict, Severity.HIGH, STORAGE))
    assert edges(found, "role")[0]["verdict"] == "none"
    (missing,) = edges(found, "finding")
    assert missing["verdict"] == verdict.status


def test_edge_of_a_property_has_the_verdicts_that_cite_that_property() -> None:
    (edge,) = edges(drawn(about(OPENAI, failed(path=_ACCESS))), "public-access")
    assert edge["verdict"] == "fail"
    (edge,) = edges(drawn(about(OPENAI, failed(path="properties.other"))), "public-access")
    assert edge["verdict"] == "none"
    (edge,) = edges(drawn(about(STORAGE, failed(path=_ACCESS))), "public-access")
    assert edge["verdict"] == "none"


def test_finding_between_two_things_leads_from_the_one_it_names_to_the_one_it_is_about() -> None:
    found = drawn(about(OPENAI, failed(), Severity.HIGH, SEARCH))
    (missing,) = edges(found, "finding")
    ends = found["nodes"][missing["from"]]["id"], found["nodes"][missing["to"]]["id"]
    assert ends == (SEARCH, OPENAI)
    assert missing["findings"] == [0]


@pytest.mark.parametrize(
    "result",
    [
        about(OPENAI, PASS, Severity.HIGH, SEARCH),
        about(OPENAI, ELSEWHERE, Severity.HIGH, SEARCH),
        about(OPENAI, failed(), Severity.HIGH, SEARCH, STORAGE),
        about(OPENAI, failed(), Severity.HIGH, OPENAI),
        about(OPENAI, failed(), Severity.HIGH, f"{SEARCH}-2"),
        about(OPENAI, failed(), Severity.HIGH, "principal:x"),
        about(CONNECTION, failed(), Severity.HIGH, ENDPOINT),
    ],
    ids=["passed", "not-applicable", "many", "itself", "elsewhere", "principal", "hangs-on-an-edge"],
)
def test_finding_that_is_not_between_two_things_has_no_line_of_its_own(result: Result) -> None:
    assert edges(drawn(result), "finding") == []


def test_edges_between_the_same_two_of_one_kind_are_drawn_as_one_with_the_worst_verdict() -> None:
    plain = audit().maps[0]
    role = next(edge for edge in plain.edges if edge.kind == "role")
    other = replace(role, label="Owner", resource=f"{ASSIGNMENT}-2")
    found = drawn(about(f"{ASSIGNMENT}-2", failed()), edges=(*plain.edges, other))
    (edge,) = edges(found, "role")
    assert (edge["labels"], edge["verdict"]) == (["Reader", "Owner"], "fail")


def test_use_is_drawn_only_where_nothing_else_joins_the_two() -> None:
    plain = audit().maps[0]
    use = MapEdge(source=OPENAI, target=STORAGE, kind="uses", label="uses", resource=OPENAI, path="p")
    assert edges(drawn(edges=(*plain.edges, use)), "uses") == []
    assert len(edges(drawn(edges=(use,)), "uses")) == 1


def test_edge_that_leads_off_the_map_is_not_drawn() -> None:
    """A saved report may be cut by hand."""
    off = MapEdge(source=OPENAI, target=f"{OPENAI}-gone", kind="uses", label="", resource=OPENAI, path="p")
    assert drawn(edges=(off,))["edges"] == []


def test_failure_below_the_severity_asked_for_colours_and_is_counted_and_not_listed() -> None:
    found = drawn(about(OPENAI, failed(), Severity.LOW), lowest=Severity.HIGH)
    one = node(found, OPENAI)
    assert (one["verdict"], one["findings"], one["hidden"]) == ("fail", [], 1)


def refusal(what: str, scope: str = _SCOPE, status: int | None = 403) -> Gap:
    return Gap(scope=ArmId.parse(scope), what=what, reason=Reason.NO_PERMISSION, http_status=status)


def unread(*gaps: Gap) -> list[str]:
    plain = audit()
    found: list[str] = page_data(replace(plain, gaps=gaps), Severity.INFO)["maps"][0]["unread"]
    return found


def test_map_says_which_lists_could_not_be_read_and_where() -> None:
    zones, roles = "Microsoft.Network/privateDnsZones", "microsoft.authorization/roleAssignments"
    assert unread(refusal(roles, f"{_SCOPE}/principals/p"), refusal(zones)) == [
        "Not read of Contoso AI production (no-permission, HTTP 403), and perhaps missing here: "
        "private DNS zones, role assignments."
    ]


def test_map_says_nothing_of_lists_that_it_would_not_show_nor_of_single_resources() -> None:
    connections = "Microsoft.CognitiveServices/accounts/privateEndpointConnections"
    assert unread(refusal("Microsoft.Web/serverfarms"), refusal(connections, OPENAI)) == []
    assert unread(refusal("Microsoft.Search/searchServices", SEARCH)) == []


def test_map_of_many_unread_places_names_some_and_counts_the_rest() -> None:
    places = [f"/subscriptions/00000000-0000-4000-8000-{number:012}" for number in range(9)]
    said = unread(*(refusal("Microsoft.Search/searchServices", place) for place in places))
    assert len(said) == 4
    assert said[-1] == "And of 6 more places: see the gaps."


def test_map_of_a_workload_that_is_not_in_the_report_is_left_out() -> None:
    plain = audit()
    stray = WorkloadMap(workload="nobody", nodes=plain.maps[0].nodes, edges=())
    data = page_data(replace(plain, maps=(stray, plain.maps[0])), Severity.INFO)
    assert [data["workloads"][one["workload"]] for one in data["maps"]] == ["hr-chat"]
