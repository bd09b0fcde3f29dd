"""key-vault-authorization."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import ACTUARIAL, AI_PROD, principal_of
from auditor.sandbox.sample.learning_dependencies import SESSION_IDENTITY, VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.key_vault.key_vault_authorization import key_vault_authorization
from tests.rules.cases import Case, Change
from tests.rules.key_vault.policies import POLICIES, ROLES, entry, on_policies
from tests.rules.role.changes import ASSIGNMENTS, CONTRIBUTOR, OWNER
from tests.rules.world import World, mended

PURGE, SOFT = "properties.enablePurgeProtection", "properties.enableSoftDelete"
SESSION, PERSON, STRANGER = principal_of(SESSION_IDENTITY), "p-person", "p-stranger"
DEFINITIONS = f"{AI_PROD}/providers/Microsoft.Authorization/roleDefinitions"


def put(path: str, value: object) -> Change:
    return lambda world: world.put(VAULT, path, value)


def then(*changes: Change) -> Change:
    def change(world: World) -> None:
        for each in changes:
            each(world)

    return change


def granted(role: str, principal: str, kind: str = "User", **more: object) -> Change:
    return lambda world: world.grant(role, principal, VAULT, principalType=kind, **more)


MODEL = on_policies(entry(SESSION))
CASES = (
    Case(name="roles-and-purge-protection", about=VAULT, status="pass", seen=((ROLES, True), (PURGE, True))),
    Case(name="soft-delete-absent", about=VAULT, status="pass", change=lambda w: w.cut(VAULT, SOFT)),
    Case(
        name="entries-count-for-nothing-under-roles",
        about=VAULT,
        status="pass",
        change=on_policies(entry(SESSION, {"secrets": ["all"]}), roles=True),
    ),
    *(
        Case(
            name=f"purge-protection-{value}",
            about=VAULT,
            status="fail",
            severity=Severity.MEDIUM,
            change=put(PURGE, value),
            says="purge protection is off",
            seen=((PURGE, value),),
        )
        for value in (False, None)
    ),
    Case(
        name="purge-protection-absent",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=lambda w: w.cut(VAULT, PURGE),
    ),
    Case(
        name="soft-delete-off",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=put(SOFT, False),
        says="soft delete is off",
    ),
    Case(
        name="access-policies",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=MODEL,
        says="access policies decide",
        seen=((ROLES, False),),
    ),
    Case(
        name="model-null",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=on_policies(entry(SESSION), roles=None),
        says="not set, which means these",
    ),
    Case(
        name="contributor-serves-himself",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=then(MODEL, granted(CONTRIBUTOR, PERSON)),
        says="may write the vault: User p-person",
    ),
    Case(
        name="contributor-group-of-the-subscription",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=then(
            MODEL,
            lambda w: w.grant(CONTRIBUTOR, "g", f"/subscriptions/{AI_PROD}", principalType="Group"),
        ),
        says="Group g",
    ),
    Case(
        name="contributor-whose-entry-is-not-full",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=on_policies(entry(SESSION, {"secrets": ["get"]})),
        says=SESSION,
    ),
    Case(
        name="owner-administers-anyway",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=then(MODEL, granted(OWNER, PERSON)),
    ),
    Case(
        name="contributor-elsewhere",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=then(MODEL, lambda w: w.grant(CONTRIBUTOR, PERSON, WORKSPACE)),
    ),
    *(
        Case(
            name=f"service-may-purge-by-{word}",
            about=VAULT,
            status="fail",
            severity=Severity.MEDIUM,
            change=on_policies(entry(SESSION), entry(principal_of(WORKSPACE).upper(), {"keys": [word]})),
            says="lets a service destroy",
            seen=((f"{POLICIES}[1].permissions.keys", [word]),),
        )
        for word in ("purge", "Purge", "all")
    ),
    Case(
        name="service-by-its-assignment-may-purge",
        about=VAULT,
        status="fail",
        severity=Severity.MEDIUM,
        change=then(
            on_policies(entry(SESSION), entry("p-service", {"storage": ["purge"]})),
            lambda w: w.grant(CONTRIBUTOR, "p-service", WORKSPACE),
        ),
        says="p-service",
    ),
    Case(
        name="person-may-purge",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=then(
            on_policies(entry(SESSION), entry(PERSON, {"secrets": ["purge"]})),
            lambda w: w.grant(CONTRIBUTOR, PERSON, WORKSPACE, principalType="User"),
        ),
    ),
    Case(
        name="somebody-may-purge",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=on_policies(entry(SESSION), entry(STRANGER, {"secrets": ["purge"]})),
        says="whether it is a person or a service is not known",
    ),
    Case(
        name="model-malformed",
        about=VAULT,
        status="unknown",
        reason=Reason.MALFORMED,
        change=put(ROLES, "true"),
    ),
    Case(
        name="assignments-unread-beside-the-model",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=then(MODEL, lambda w: w.refuse(ASSIGNMENTS)),
        says="not checked",
    ),
    Case(
        name="definitions-unread-beside-the-model",
        about=VAULT,
        status="fail",
        severity=Severity.LOW,
        change=then(MODEL, granted(CONTRIBUTOR, PERSON), lambda w: w.refuse(DEFINITIONS)),
        says="not checked",
    ),
    Case(
        name="vaults-refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        reason=Reason.NO_PERMISSION,
        change=lambda w: w.refuse("Microsoft.KeyVault/vaults"),
    ),
    Case(
        name="names-none",
        about=WORKSPACE,
        status="not_applicable",
        reason=Reason.NOT_USED,
        change=lambda w: w.cut(WORKSPACE, "properties.keyVault"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_key_vault_authorization(case: Case) -> None:
    case.check(key_vault_authorization)


def test_key_vault_authorization_person_who_may_purge_is_not_noted_as_unknown() -> None:
    world = mended()
    next(case for case in CASES if case.name == "person-may-purge").change(world)
    (result,) = world.judge(key_vault_authorization, within=ACTUARIAL)
    assert not result.verdict.notes
