"""Changes to grants, and the cases that every rule about one grant of one system identity shares."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD
from tests.rules.cases import Case, Change
from tests.rules.world import World

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
CUSTOM = "00000000-0000-4000-9000-00000000c0de"
ASSIGNMENTS = f"{AI_PROD}/providers/Microsoft.Authorization/roleAssignments"
CONDITION = "@Resource[x] StringEquals 'y'"


def group_of(rid: str) -> str:
    return rid.split("/providers", maxsplit=1)[0]


def regranted(target: str, holder: str, role: str, scope: str | None = None, **properties: object) -> Change:
    """The holder's identity holds one role at one scope (the target), and nothing else on the target."""

    def change(world: World) -> None:
        principal = world.principal(holder)
        world.revoke(scope=target, principal=principal)
        world.grant(role, principal, scope or target, **properties)

    return change


def revoked(target: str, holder: str) -> Change:
    return lambda world: world.revoke(scope=target, principal=world.principal(holder))


def given(target: str, holder: str, **permission: object) -> Change:
    """The holder's identity holds a custom role with one permission, and nothing else on the target."""

    def change(world: World) -> None:
        world.define(CUSTOM, **permission)
        regranted(target, holder, CUSTOM)(world)

    return change


def denied(target: str, holder: str, **permission: object) -> Change:
    """A deny assignment takes the permission from the holder's identity, on the target's resource group."""

    def change(world: World) -> None:
        scope = group_of(target)
        named = {"scope": scope, "principals": [{"id": world.principal(holder), "type": "ServicePrincipal"}]}
        deny = {
            "id": f"{scope}/providers/Microsoft.Authorization/denyAssignments/{CUSTOM}",
            "name": CUSTOM,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {**named, "permissions": [permission]},
        }
        world.add(deny)

    return change


def shared_cases(target: str, holder: str, role: str, part: str, denies: str) -> Iterator[Case]:
    """`role` serves in full; `part` is a scope below the target; `denies` a data action that is needed."""

    def case(name: str, status: str, change: Change, **more: object) -> Case:
        fields = {"about": target, "to": holder.rsplit("/", maxsplit=1)[-1], **more}
        return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]

    def at(scope: str, **properties: object) -> Change:
        return regranted(target, holder, role, scope, **properties)

    group = group_of(target)
    yield case("granted", "pass", lambda _world: None)
    yield case("granted-on-the-group", "pass", at(group), says="wider than the resource")
    yield case("granted-in-lower-case", "pass", at(target.lower()))
    yield case("granted-guarded", "pass", at(target, condition="!(ActionMatches{'Microsoft.X/y/write'})"))
    yield case("missing", "fail", revoked(target, holder), severity=Severity.HIGH, says="nothing grants")
    yield case("granted-on-a-look-alike", "fail", at(group[:-1]), severity=Severity.HIGH)
    yield case("granted-on-a-part", "fail", at(part), severity=Severity.LOW, says="only on a part")
    yield case("denied", "fail", denied(target, holder, dataActions=[denies]), says="deny assignment")
    yield case("conditional", "unknown", at(target, condition=CONDITION), reason=Reason.CONDITIONAL)
    yield case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION)
    yield case(
        "no-identity", "not_applicable", lambda w: w.cut(holder, "identity"), reason=Reason.NO_IDENTITY
    )
    yield case(
        "both-kinds-of-identity",
        "pass",
        lambda w: w.put(holder, "identity.type", "systemassigned, UserAssigned"),
    )
    yield case(
        "user-assigned-only",
        "not_applicable",
        lambda w: w.put(holder, "identity.type", "UserAssigned"),
        reason=Reason.NO_IDENTITY,
    )
    yield case("unknown-kind-of-identity", "unknown", lambda w: w.put(holder, "identity.type", "Federated"))
