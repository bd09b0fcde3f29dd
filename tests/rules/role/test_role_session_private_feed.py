"""role-session-private-feed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.private_app import OPENAI
from auditor_rules.role.role_session_private_feed import role_session_private_feed
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION
from tests.rules.role.session_changes import NAME, READER, denied, given, identity_cases, regranted, revoked

KEY_VAULT_READER = {"actions": ["Microsoft.KeyVault/vaults/*/read"]}


def declared(
    *, feed: bool | None = True, workspace: str = WORKSPACE.upper().replace("/S", "/s", 1)
) -> Declared:
    workload = DeclaredWorkload(name="w", kind="prompt-flow", workspace=(workspace,), private_feed=feed)
    return Declared(workloads=(workload,))


def case(name: str, status: str, change: Change, **more: object) -> Case:
    fields = {"to": NAME, "declared": declared(), **more}
    return Case(name=name, about=VAULT, status=status, change=change, **fields)  # type: ignore[arg-type]


def nothing(_world: object) -> None:
    """The compliant world, unchanged."""


CASES = (
    case("contributor", "pass", nothing, says="DevOps organisation"),
    case("reader", "pass", regranted(VAULT, READER)),
    case("only-that", "pass", given(VAULT, actions=["Microsoft.KeyVault/vaults/read"])),
    case("nothing", "fail", revoked(VAULT), severity=Severity.MEDIUM, says="nothing grants"),
    case("key-vault-reader-reads-what-is-below", "fail", given(VAULT, **KEY_VAULT_READER)),
    case("denied", "fail", denied(VAULT, actions=["*/read"]), says="deny assignment"),
    case("conditional", "unknown", regranted(VAULT, READER, condition=CONDITION), reason=Reason.CONDITIONAL),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    *(
        case(name, "not_applicable", revoked(VAULT), reason=Reason.NOT_DECLARED, declared=said)
        for name, said in (
            ("nothing-declared", None),
            ("feed-not-said", declared(feed=None)),
            ("feed-denied", declared(feed=False)),
            ("feed-of-another-workload", declared(workspace=OPENAI)),
        )
    ),
    *(replace(each, declared=declared()) for each in identity_cases(VAULT, link="keyVault")),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_private_feed(case: Case) -> None:
    case.check(role_session_private_feed)
