"""Declared developers and users, what they hold, and the cases that every rule about their grants shares."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.declared import Declared, DeclaredWorkload, WorkloadKind
from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, CLAIMS_OPENAI, CLAIMS_SEARCH, CLAIMS_STORAGE
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CUSTOM, group_of
from tests.rules.world import World

PERSON = "00000000-0000-4000-8000-0000000de710"
TEAM = "00000000-0000-4000-8000-00000000000a"
TO_PERSON = f"principal:{PERSON}"
TO_TEAM = f"principal:{TEAM}"


def declared(*people: str, kind: WorkloadKind = "on-your-data") -> Declared:
    """The claims workload and the workspace, with these as developers and prompt-flow users."""
    workload = DeclaredWorkload(
        name="claims",
        kind=kind,
        openai=(CLAIMS_OPENAI,),
        search=(CLAIMS_SEARCH,),
        storage=(CLAIMS_STORAGE,),
        web_app=(CLAIMS_APP,),
        workspace=(WORKSPACE,),
        developers=people,
        prompt_flow_users=people,
    )
    return Declared(workloads=(workload,))


BY_PERSON = declared(PERSON.upper())
BY_TEAM = declared(TEAM)


Permission = dict[str, list[str]]


def may(
    scope: str,
    permission: Permission,
    principal: str = PERSON,
    *,
    kind: str = "User",
    condition: str | None = None,
) -> Change:
    """The principal holds a custom role with one permission at a scope."""

    def change(world: World) -> None:
        world.define(CUSTOM, **permission)
        world.grant(CUSTOM, principal, scope, principalType=kind, condition=condition)

    return change


def both(*changes: Change) -> Change:
    def change(world: World) -> None:
        for one in changes:
            one(world)

    return change


def in_team(world: World) -> None:
    world.tenant["groups"][TEAM] = [PERSON]


def team_unresolved(world: World) -> None:
    """What ARM answers where the object id is a group's."""
    world.refuse(rf"assignedTo\('{TEAM}'\)", 400, "BadRequest")


def denied_to_person(scope: str, **permission: object) -> Change:
    def change(world: World) -> None:
        named = {"scope": scope, "principals": [{"id": PERSON, "type": "User"}]}
        deny = {
            "id": f"{scope}/providers/Microsoft.Authorization/denyAssignments/{CUSTOM}",
            "name": CUSTOM,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {**named, "permissions": [permission]},
        }
        world.add(deny)

    return change


def people_cases(
    target: str,
    permission: Permission,
    lacks: Permission,
    *,
    at: str | None = None,
    severity: Severity = Severity.LOW,
    conditional: str = "unknown",
) -> Iterator[Case]:
    """`permission` serves in full on `at` (else the target); `lacks` is a permission that does not serve."""
    where = at or target
    group = group_of(where)

    def case(name: str, status: str, change: Change, **more: object) -> Case:
        fields = {"about": target, "to": TO_PERSON, "declared": BY_PERSON, **more}
        return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]

    def held(
        scope: str = where, principal: str = PERSON, kind: str = "User", condition: str | None = None
    ) -> Change:
        return may(scope, permission, principal, kind=kind, condition=condition)

    yield case("granted", "pass", held())
    yield case(
        "granted-in-upper-case", "pass", held(where.upper().replace("/SUBSCRIPTIONS", "/subscriptions"))
    )
    if at is None:
        yield case("granted-on-the-group", "pass", held(group), says="wider than the resource")
    yield case("granted-through-a-group", "pass", both(in_team, held(principal=TEAM, kind="Group")))
    yield case(
        "group-granted",
        "pass",
        held(principal=TEAM, kind="Group"),
        to=TO_TEAM,
        declared=BY_TEAM,
        says="group",
    )
    yield case("missing", "fail", lambda _w: None, severity=severity, says="nothing grants")
    yield case("too-little", "fail", may(where, lacks), severity=severity)
    yield case("granted-on-a-look-alike", "fail", held(group[:-1]), severity=severity)
    yield case("granted-on-a-part", "fail", held(f"{target}/parts/one"), severity=severity, says="on a part")
    yield case("denied", "fail", both(held(), denied_to_person(group, **permission)), says="deny assignment")
    yield case(
        "group-with-too-little",
        "fail",
        may(where, lacks, TEAM, kind="Group"),
        to=TO_TEAM,
        declared=BY_TEAM,
        severity=severity,
        says="does not show in ARM",
    )
    yield case(
        "group-without-anything",
        "fail",
        team_unresolved,
        to=TO_TEAM,
        declared=BY_TEAM,
        severity=severity,
        says="the group",
    )
    yield case("conditional", conditional, held(condition=CONDITION), says="under a condition")
    yield case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION)
    yield case("groups-refused", "unknown", lambda w: w.refuse(r"assignedTo\("), reason=Reason.NO_PERMISSION)
    yield case(
        "nobody-declared",
        "not_applicable",
        lambda _w: None,
        to=None,
        declared=declared(),
        reason=Reason.NOT_DECLARED,
    )


def key_cases(target: str, path: str, *, off: bool, permission: Permission) -> Iterator[Case]:
    """The rule does not apply while the target refuses keys, whoever holds what."""

    def case(name: str, status: str, change: Change, **more: object) -> Case:
        fields = {"about": target, "to": TO_PERSON, "declared": BY_PERSON, **more}
        return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]

    def keys_off(world: World) -> None:
        world.put(target, path, off)

    yield case("keys-off", "not_applicable", keys_off, reason=Reason.NOT_USED, seen=((path, off),))
    yield case(
        "keys-off-and-granted", "not_applicable", both(keys_off, may(target, permission)), says="can go"
    )
    yield case("keys-on", "fail", lambda w: w.put(target, path, not off))
    yield case("keys-null-means-on", "fail", lambda w: w.put(target, path, None))
    yield case("keys-malformed", "unknown", lambda w: w.put(target, path, "yes"), reason=Reason.MALFORMED)


def kind_case(target: str) -> Case:
    return Case(
        name="other-kind-of-workload",
        about=target,
        status="not_applicable",
        declared=declared(PERSON, kind="foundry"),
        reason=Reason.NOT_DECLARED,
    )
