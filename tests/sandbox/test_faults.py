from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

S1 = "33333333-0000-4000-8000-000000000001"
RG = f"/subscriptions/{S1}/resourceGroups/rg1"
ACCOUNT = f"{RG}/providers/Microsoft.CognitiveServices/accounts/openai"
ACTION = "Microsoft.CognitiveServices/accounts"


def test_fault_with_times_lasts_that_long(caller_of: Callable[..., Any]) -> None:
    fault = {"path": "/ACCOUNTS/", "status": 429, "headers": {"Retry-After": "1"}, "times": 2}
    caller = caller_of(faults=[fault])
    answers = [caller.request(ACCOUNT) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert orjson.loads(answers[0].body)["error"]["code"] == "TooManyRequests"


def test_fault_that_is_used_up_lets_the_next_one_strike(caller_of: Callable[..., Any]) -> None:
    faults = [{"path": "accounts", "status": 503, "times": 1}, {"path": "accounts", "status": 403}]
    caller = caller_of(faults=faults)
    assert [caller.request(ACCOUNT).status for _ in range(3)] == [503, 403, 403]


def test_fault_elsewhere_leaves_a_resource_alone(caller_of: Callable[..., Any]) -> None:
    caller = caller_of(faults=[{"path": "searchServices", "status": 500}])
    assert caller.request(ACCOUNT).status == 200


def test_fault_is_searched_in_the_decoded_query(caller_of: Callable[..., Any]) -> None:
    caller = caller_of(faults=[{"path": r"filter=name eq 'kb'", "status": 500}])
    assert caller.request(f"{RG}/resources?$filter=name eq 'kb'").status == 500
    assert caller.request(f"{RG}/resources").status == 200


@pytest.mark.parametrize(
    ("path", "action", "scope"),
    [
        (ACCOUNT, f"{ACTION}/read", ACCOUNT),
        (f"{ACCOUNT}/deployments", f"{ACTION}/deployments/read", ACCOUNT),
        (f"/subscriptions/{S1}/providers/{ACTION}", f"{ACTION}/read", f"/subscriptions/{S1}"),
        (f"/subscriptions/{S1}", "Microsoft.Resources/subscriptions/read", f"/subscriptions/{S1}"),
        (
            f"/subscriptions/{S1}/resourceGroups",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            f"/subscriptions/{S1}",
        ),
        (
            f"{RG}/providers/Microsoft.Authorization/roleAssignments",
            "Microsoft.Authorization/roleAssignments/read",
            RG,
        ),
    ],
)
def test_refusal_without_a_message_names_action_and_scope(
    caller_of: Callable[..., Any], path: str, action: str, scope: str
) -> None:
    status, code, message = caller_of(faults=[{"path": ".", "status": 403}]).error(path)
    assert (status, code) == (403, "AuthorizationFailed")
    assert message == (
        "The client '22222222-0000-4000-8000-000000000002' with object id "
        "'22222222-0000-4000-8000-000000000001' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, "
        "please refresh your credentials."
    )


@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [
        ("<html>gateway", b"<html>gateway", "text/html"),
        ({"value": "not a list"}, b'{"value":"not a list"}', "application/json; charset=utf-8"),
        ([], b"[]", "application/json; charset=utf-8"),
    ],
)
def test_fault_body_is_sent_as_it_stands(
    caller_of: Callable[..., Any], body: object, sent: bytes, content_type: str
) -> None:
    answer = caller_of(faults=[{"path": "openai", "status": 200, "body": body}]).request(ACCOUNT)
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, sent, content_type)
