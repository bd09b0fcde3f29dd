"""role-session-identity-key-vault."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.relate.vault_access import EVERY, LATER
from auditor.sandbox.sample.company import ACTUARIAL
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.role.role_session_identity_key_vault import role_session_identity_key_vault
from tests.rules.cases import Case, Change
from tests.rules.key_vault.policies import FULL, POLICIES, ROLES, entry, on_policies
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CONTRIBUTOR
from tests.rules.role.session_changes import NAME, PRINCIPAL, denied, identity_cases, revoked
from tests.rules.world import World, company, mended

ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
DATA = "Microsoft.KeyVault/vaults"
OTHER = "p-other"


def roles(*granted: str, at: str = VAULT, **more: object) -> Change:
    """Exactly these roles on the vault (the narrower ones are defined here)."""

    def change(world: World) -> None:
        revoked(VAULT)(world)
        world.define(SECRETS_OFFICER, dataActions=[f"{DATA}/secrets/*"])
        world.define(SECRETS_USER, dataActions=[f"{DATA}/secrets/getSecret/action"])
        world.define(VAULT_CONTRIBUTOR, actions=["Microsoft.KeyVault/*"])
        for role in granted:
            world.grant(role, PRINCIPAL, at, **more)

    return change


def then(*changes: Change) -> Change:
    def change(world: World) -> None:
        for each in changes:
            each(world)

    return change


def case(name: str, status: str, change: Change, **more: object) -> Case:
    return Case(name=name, about=VAULT, to=NAME, status=status, change=change, **more)  # type: ignore[arg-type]


UPPER = {kind: [name.upper() for name in names] for kind, names in FULL.items()}
BY_ROLES = (
    case("both", "pass", lambda _world: None, seen=()),
    case("vault-contributor", "pass", roles(VAULT_CONTRIBUTOR, ADMINISTRATOR)),
    case("secrets-officer", "pass", roles(CONTRIBUTOR, SECRETS_OFFICER), says="may use secrets only"),
    case("nothing", "fail", roles(), severity=Severity.MEDIUM, says="may not manage the key vault"),
    case("no-administrator", "fail", roles(CONTRIBUTOR), severity=Severity.MEDIUM, says="may not use all"),
    case("secrets-user", "fail", roles(CONTRIBUTOR, SECRETS_USER), says="nothing grants"),
    case("no-contributor", "fail", roles(ADMINISTRATOR), says="may not manage the key vault"),
    case(
        "policies-count-for-nothing",
        "fail",
        then(roles(CONTRIBUTOR), on_policies(entry(PRINCIPAL), roles=True)),
    ),
    case(
        "one-secret-only",
        "fail",
        then(roles(CONTRIBUTOR), lambda w: w.grant(ADMINISTRATOR, PRINCIPAL, f"{VAULT}/secrets/a")),
        severity=Severity.LOW,
        says="only on a part",
    ),
    case("denied", "fail", denied(VAULT, dataActions=[f"{DATA}/*"]), says="deny assignment"),
    case(
        "conditional",
        "unknown",
        then(roles(CONTRIBUTOR), lambda w: w.grant(ADMINISTRATOR, PRINCIPAL, VAULT, condition=CONDITION)),
        reason=Reason.CONDITIONAL,
    ),
    case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION),
    case("model-malformed", "unknown", lambda w: w.put(VAULT, ROLES, 1), reason=Reason.MALFORMED),
)
BY_POLICY = (
    *(
        case(f"policy-{name}", "pass", on_policies(entry(PRINCIPAL, lists), roles=model))
        for name, lists, model in (
            ("every-but-purge", FULL, False),
            ("model-null", FULL, None),
            ("all", {kind: ["all"] for kind in FULL}, False),
            ("in-upper-case", UPPER, False),
        )
    ),
    case("policy-of-an-id-in-upper-case", "pass", on_policies(entry(PRINCIPAL.upper()))),
    case("policy-lacks-what-came-later", "pass", on_policies(entry(PRINCIPAL)), says="rotate"),
    case(
        "policy-model-absent",
        "pass",
        then(on_policies(entry(PRINCIPAL)), lambda w: w.cut(VAULT, ROLES)),
    ),
    case(
        "policy-missing",
        "fail",
        on_policies(),
        severity=Severity.MEDIUM,
        says="everything on keys; everything on secrets",
        seen=((ROLES, False), (POLICIES, [])),
    ),
    case("policies-null", "fail", lambda w: w.put(VAULT, ROLES, False).put(VAULT, POLICIES, None)),
    case(
        "policy-of-get-and-list",
        "fail",
        on_policies(entry(PRINCIPAL, {**FULL, "secrets": ["get", "list"]})),
        says="backup, delete, recover, restore, set on secrets",
    ),
    case(
        "policy-for-an-application-on-behalf", "fail", on_policies(entry(PRINCIPAL, FULL, applicationId="a"))
    ),
    case(
        "policy-of-a-known-service-only",
        "fail",
        lambda w: on_policies(entry(w.principal(WORKSPACE)))(w),
    ),
    case(
        "policy-of-a-known-user-only",
        "fail",
        then(on_policies(entry(OTHER)), lambda w: w.grant(CONTRIBUTOR, OTHER, VAULT, principalType="User")),
    ),
    case(
        "policy-without-contributor",
        "fail",
        then(roles(), on_policies(entry(PRINCIPAL))),
        says="may not manage",
    ),
    case(
        "policy-and-contributor-lacking", "fail", then(roles(), on_policies()), says="; the access policy of"
    ),
    case(
        "policy-of-somebody-unknown",
        "unknown",
        on_policies(entry(OTHER)),
        reason=Reason.NOT_IN_ARM,
        says="unless it is in p-other",
    ),
    case(
        "policy-of-a-group",
        "unknown",
        then(on_policies(entry("g")), lambda w: w.grant(CONTRIBUTOR, "g", VAULT, principalType="Group")),
        reason=Reason.NOT_IN_ARM,
    ),
    case(
        "policy-malformed",
        "unknown",
        on_policies({"objectId": PRINCIPAL, "permissions": {"keys": "all"}}),
        reason=Reason.MALFORMED,
    ),
)
CASES = (*BY_ROLES, *BY_POLICY, *identity_cases(VAULT, link="keyVault"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_role_session_identity_key_vault(case: Case) -> None:
    case.check(role_session_identity_key_vault)


def test_role_session_identity_key_vault_in_the_company_lacks_the_administrator() -> None:
    found = [result for result in company().judge(role_session_identity_key_vault) if result.status == "fail"]
    assert [result.resource for result in found] == [VAULT]


def test_role_session_identity_key_vault_remedy_keeps_what_the_entry_has() -> None:
    world = mended()
    lists = {**FULL, "keys": ["get", "rotate", "purge", "$(reboot)"], "secrets": ["get"]}
    then(roles(), on_policies(entry(PRINCIPAL, lists)))(world)
    (result,) = world.judge(role_session_identity_key_vault, within=ACTUARIAL)
    assert result.remedy is not None
    assign, _, policy = (result.remedy.az or "").partition(" && ")
    assert assign.startswith(f"az role assignment create --assignee-object-id {PRINCIPAL}")
    assert policy.startswith("az keyvault set-policy --name kv-actuarial-ml")
    keys = policy.partition("--key-permissions ")[2].partition(" --")[0].split()
    assert {"rotate", "purge", *EVERY["keys"]} == set(keys)
    assert set(policy.partition("--secret-permissions ")[2].split()) == set(EVERY["secrets"])
    assert "--certificate-permissions" not in policy
    assert "reboot" not in policy


def test_role_session_identity_key_vault_later_permissions_present_leave_no_note() -> None:
    world = mended()
    on_policies(entry(PRINCIPAL, {**FULL, "keys": [*FULL["keys"], *LATER["keys"]]}))(world)
    (result,) = world.judge(role_session_identity_key_vault, within=ACTUARIAL)
    assert result.status == "pass"
    assert not result.verdict.notes
