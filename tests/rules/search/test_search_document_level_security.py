"""search-document-level-security."""

from __future__ import annotations

import pytest

from auditor.model.declared import Declared, DeclaredWorkload, DocumentLevelSecurity
from auditor.model.reach import APP_SETTINGS, DATA_PLANE, STEPS, Reach
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_SEARCH, HR_SEARCH
from auditor.sandbox.sample.private_app import CONTAINER_APP
from auditor_rules.search.search_document_level_security import search_document_level_security
from tests.rules.cases import Case, Change
from tests.rules.world import World

TRIMMED = DocumentLevelSecurity(index="claims", field="group_ids")


BOTH = frozenset(STEPS)
SETTING = "AZURE_SEARCH_PERMITTED_GROUPS_COLUMN"


def deeper(change: Change = lambda _world: None, reach: frozenset[Reach] = BOTH) -> Change:
    """The same company, with what lies beyond Reader."""

    def changed(world: World) -> None:
        world.reach = reach
        change(world)

    return changed


def field(**members: object) -> Change:
    def change(world: World) -> None:
        world.inside(CLAIMS_SEARCH, "indexes")[0]["fields"][-1].update(members)

    return deeper(change)


def setting(name: str, value: object) -> Change:
    return deeper(lambda world: world.settings(CLAIMS_APP).update({name: value}))


def unmapped(world: World) -> None:
    del world.settings(CLAIMS_APP)[SETTING]


def indexless(world: World) -> None:
    world.inside(CLAIMS_SEARCH, "indexes").clear()


def fieldless(world: World) -> None:
    world.inside(CLAIMS_SEARCH, "indexes")[0]["fields"].pop()


def keys_alone(world: World) -> None:
    world.put(CLAIMS_SEARCH, "properties.disableLocalAuth", False)
    world.put(CLAIMS_SEARCH, "properties.authOptions", None)


def unreadable_index(world: World) -> None:
    """An index whose very name cannot be made out may be the one that is looked for."""
    world.inside(CLAIMS_SEARCH, "indexes")[0]["name"] = "a/b"


def container_app(value: str | None) -> Change:
    """The app that searches is a container app, its variable a value or (None) a secret."""

    def change(world: World) -> None:
        said = {"secretRef": "column"} if value is None else {"value": value}
        env = [{"name": "AZURE_SEARCH_INDEX", "value": "claims"}, {"name": SETTING, **said}]
        world.put(CONTAINER_APP, "properties.template.containers[0].env", env)

    return deeper(change)


def declared(
    search: tuple[str, ...] = (CLAIMS_SEARCH,),
    trimmed: DocumentLevelSecurity | None = TRIMMED,
    web_app: tuple[str, ...] = (),
) -> Declared:
    workload = DeclaredWorkload(
        name="claims-chat",
        kind="on-your-data",
        openai=(CLAIMS_OPENAI,),
        search=search,
        web_app=web_app,
        document_level_security=trimmed,
    )
    return Declared(workloads=(workload,))


def judged(
    name: str,
    status: str,
    change: Change,
    says: str,
    reason: Reason | None = None,
    known: Declared | None = None,
) -> Case:
    return Case(
        name=name,
        about=CLAIMS_SEARCH,
        to="claims",
        status=status,
        change=change,
        says=says,
        reason=reason,
        declared=known or declared(),
    )


def other_index(world: World) -> None:
    world.settings(CLAIMS_APP)["AZURE_SEARCH_INDEX"] = "another"


def open_and_refused(world: World) -> None:
    world.put(CLAIMS_SEARCH, "properties.publicNetworkAccess", "enabled")
    world.tenant["permissions"] = [{"scope": "/", "actions": ["*"], "notActions": [INDEX_READ]}]


def closed_and_refused(world: World) -> None:
    world.tenant["permissions"] = [{"scope": "/", "actions": ["*"], "notActions": [INDEX_READ]}]


def settings_refused(world: World) -> None:
    world.tenant["permissions"] = [{"scope": "/", "actions": ["*/read"]}]


INDEX_READ = "Microsoft.Search/searchServices/indexes/read"
LIST = "Microsoft.Web/sites/config/list/action"
BY_CONTAINER = declared(web_app=(CONTAINER_APP,))
DEEPER_CASES = (
    judged("field-and-mapping", "pass", deeper(), "the app maps it"),
    judged("field-and-declared-app", "pass", deeper(), "maps it", known=declared(web_app=(CLAIMS_APP,))),
    judged("index-in-other-case", "pass", setting("AZURE_SEARCH_INDEX", "Claims"), "maps it"),
    judged(
        "no-index",
        "fail",
        deeper(lambda w: w.inside(CLAIMS_SEARCH, "indexes").clear()),
        "has no index claims",
    ),
    judged("no-field", "fail", deeper(fieldless), "no field group_ids"),
    judged("field-in-other-case", "fail", field(name="Group_Ids"), "no field group_ids"),
    judged("field-of-one-text", "fail", field(type="Edm.String"), "is Edm.String"),
    judged("field-not-filterable", "fail", field(filterable=False), "not filterable"),
    judged("mapping-absent", "fail", deeper(unmapped), "is absent, so nothing is trimmed"),
    judged("mapping-empty", "fail", setting(SETTING, ""), "is empty, so nothing is trimmed"),
    judged("mapping-blank", "fail", setting(SETTING, "  "), "is empty, so nothing is trimmed"),
    judged("mapping-to-another", "fail", setting(SETTING, "owners"), "maps another field than group_ids"),
    judged("container-app-maps", "pass", container_app("group_ids"), "maps it", known=BY_CONTAINER),
    judged("container-app-does-not", "fail", container_app("x"), "another field", known=BY_CONTAINER),
    judged(
        "field-missing-beside-settings-not-asked-for",
        "fail",
        deeper(fieldless, frozenset({DATA_PLANE})),
        "not checked",
    ),
    judged(
        "mapping-missing-beside-index-not-asked-for",
        "fail",
        deeper(unmapped, frozenset({APP_SETTINGS})),
        "--data-plane",
    ),
    *(
        judged(name, "unknown", change, says, reason, known)
        for name, change, reason, says, known in (
            ("filterable-absent", field(filterable=None), Reason.AMBIGUOUS, "does not say", None),
            ("field-malformed", field(filterable="yes"), Reason.MALFORMED, "true or false", None),
            ("index-without-name", deeper(unreadable_index), Reason.MALFORMED, "an ARM id", None),
            ("keys-alone", deeper(keys_alone), Reason.DATA_PLANE_UNREACHABLE, "API keys alone", None),
            ("refused", deeper(open_and_refused), Reason.NO_PERMISSION, INDEX_READ, None),
            (
                "refused-or-not-from-here",
                deeper(closed_and_refused),
                Reason.DATA_PLANE_UNREACHABLE,
                "not open to every address",
                None,
            ),
            ("settings-refused", deeper(settings_refused), Reason.NO_PERMISSION, LIST, None),
            (
                "settings-not-asked-for",
                deeper(reach=frozenset({DATA_PLANE})),
                Reason.NOT_IN_ARM,
                "read them with --read-app-settings",
                None,
            ),
            (
                "index-not-asked-for",
                deeper(reach=frozenset({APP_SETTINGS})),
                Reason.DATA_PLANE_UNREACHABLE,
                "read it with --data-plane",
                None,
            ),
            (
                "mapping-in-a-vault",
                setting(SETTING, "@Microsoft.KeyVault(VaultName=kv;SecretName=column)"),
                Reason.NOT_IN_ARM,
                "from a secret",
                None,
            ),
            (
                "mapping-in-a-secret-of-the-container-app",
                container_app(None),
                Reason.NOT_IN_ARM,
                "from a secret",
                BY_CONTAINER,
            ),
            ("mapping-malformed", setting(SETTING, 7), Reason.MALFORMED, "expected text", None),
            ("app-of-another-index", deeper(other_index), Reason.AMBIGUOUS, "declare web_app", None),
        )
    ),
)
UNREACHED = Reason.DATA_PLANE_UNREACHABLE
CASES = (
    *DEEPER_CASES,
    Case(
        name="declared",
        about=CLAIMS_SEARCH,
        to="claims",
        status="unknown",
        declared=declared(),
        reason=UNREACHED,
        says="field group_ids",
    ),
    Case(
        name="declared-in-upper-case",
        about=CLAIMS_SEARCH,
        to="claims",
        status="unknown",
        declared=declared((CLAIMS_SEARCH.upper().replace("/SUBS", "/subs"),)),
        reason=UNREACHED,
    ),
    Case(
        name="declared-without-naming-the-service",
        about=CLAIMS_SEARCH,
        to="claims",
        status="unknown",
        declared=declared(()),
        reason=UNREACHED,
    ),
    Case(
        name="declared-for-another-service",
        about=HR_SEARCH,
        status="not_applicable",
        declared=declared(),
        reason=Reason.NOT_DECLARED,
    ),
    Case(
        name="declared-without-trimming",
        about=CLAIMS_SEARCH,
        status="not_applicable",
        declared=declared(trimmed=None),
        reason=Reason.NOT_DECLARED,
    ),
    Case(name="nothing-declared", about=CLAIMS_SEARCH, status="not_applicable", reason=Reason.NOT_DECLARED),
    Case(
        name="refused",
        about=f"/subscriptions/{AI_PROD}",
        status="unknown",
        change=lambda world: world.refuse("Search/searchServices\\?"),
        reason=Reason.NO_PERMISSION,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_search_document_level_security(case: Case) -> None:
    case.check(search_document_level_security)
