"""Changes to the identity of compute sessions, and the cases that every rule about its grants shares."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.company import AI_PROD, child, lower_group, principal_of
from auditor.sandbox.sample.learning_dependencies import SESSION_IDENTITY
from auditor.sandbox.sample.machine_learning import WORKSPACE
from tests.rules.cases import Case, Change
from tests.rules.role.changes import ASSIGNMENTS, CONDITION, CONTRIBUTOR, CUSTOM, group_of
from tests.rules.world import World

PRINCIPAL = principal_of(SESSION_IDENTITY)
NAME = SESSION_IDENTITY.rsplit("/", maxsplit=1)[-1]
INSTANCE = child(WORKSPACE, "computes", "ci-ingrid")
CLUSTER = child(WORKSPACE, "computes", "cpu-build")
ATTACHED = "identity.userAssignedIdentities"
MANAGED_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


def revoked(target: str) -> Change:
    return lambda world: world.revoke(scope=target, principal=PRINCIPAL)


def regranted(target: str, role: str, scope: str | None = None, **properties: object) -> Change:
    """The session identity holds one role at one scope (the target), and nothing else on the target."""

    def change(world: World) -> None:
        revoked(target)(world)
        world.grant(role, PRINCIPAL, scope or target, **properties)

    return change


def given(target: str, **permission: object) -> Change:
    """The session identity holds a custom role with one permission, and nothing else on the target."""

    def change(world: World) -> None:
        world.define(CUSTOM, **permission)
        regranted(target, CUSTOM)(world)

    return change


def denied(target: str, **permission: object) -> Change:
    """A deny assignment takes the permission from the session identity, on the target's resource group."""

    def change(world: World) -> None:
        scope = group_of(target)
        principals = [{"id": PRINCIPAL, "type": "ServicePrincipal"}]
        deny = {
            "id": f"{scope}/providers/Microsoft.Authorization/denyAssignments/{CUSTOM}",
            "name": CUSTOM,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {"scope": scope, "principals": principals, "permissions": [permission]},
        }
        world.add(deny)

    return change


def detached(world: World) -> World:
    """No identity is attached to the workspace."""
    return world.put(WORKSPACE, "identity.type", "SystemAssigned").cut(WORKSPACE, ATTACHED)


def on_compute(compute: str) -> Change:
    """The identity is attached to a compute, not to the workspace."""

    def change(world: World) -> None:
        attached = world.body(WORKSPACE)["identity"]["userAssignedIdentities"]
        detached(world)
        world.put(compute, "identity", {"type": "UserAssigned", "userAssignedIdentities": attached})

    return change


def unstated(world: World) -> World:
    """The workspace names the identity without its object id."""
    return world.put(WORKSPACE, ATTACHED, {SESSION_IDENTITY: {}})


def identity_cases(target: str, *, link: str | None) -> Iterator[Case]:
    """Whose identity it is: the same for every rule. `link` is the workspace's property, None for itself."""

    def case(name: str, status: str, change: Change, about: str = target, **more: object) -> Case:
        fields = {"to": NAME if about == target else None, **more}
        return Case(name=name, about=about, status=status, change=change, **fields)  # type: ignore[arg-type]

    yield case("of-a-compute-instance", "pass", on_compute(INSTANCE), says="of ci-ingrid")
    yield case("object-id-on-the-identity-only", "pass", unstated)
    yield case(
        "object-id-nowhere",
        "unknown",
        lambda w: unstated(w).drop(lower_group(SESSION_IDENTITY)),
        reason=Reason.HIDDEN,
        says="is not stated",
    )
    yield case(
        "none-attached",
        "not_applicable",
        detached,
        about=WORKSPACE,
        to=None,
        reason=Reason.NO_IDENTITY,
        says="run as their users",
    )
    yield case("of-a-cluster-only", "not_applicable", on_compute(CLUSTER), about=WORKSPACE, to=None)
    yield case(
        "hub",
        "not_applicable",
        lambda w: w.put(WORKSPACE, "kind", "hub"),
        about=WORKSPACE,
        to=None,
        reason=Reason.KIND,
    )
    yield case(
        "computes-refused",
        "unknown",
        lambda w: detached(w).refuse("/computes"),
        about=WORKSPACE,
        to=None,
        reason=Reason.NO_PERMISSION,
    )
    if link is not None:
        path = f"properties.{link}"
        yield case(
            "names-none",
            "not_applicable",
            lambda w: w.put(WORKSPACE, path, None),
            about=WORKSPACE,
            to=NAME,
            reason=Reason.NOT_USED,
        )
        yield case(
            "target-hidden",
            "unknown",
            lambda w: w.put(WORKSPACE, path, f"{target}-gone"),
            about=WORKSPACE,
            to=NAME,
            reason=Reason.HIDDEN,
        )


def contributor_cases(target: str, *, narrow: str) -> Iterator[Case]:
    """What serves as Contributor. `narrow` is an action of the target's type that alone does not."""

    def case(name: str, status: str, change: Change, **more: object) -> Case:
        fields = {"about": target, "to": NAME, **more}
        return Case(name=name, status=status, change=change, **fields)  # type: ignore[arg-type]

    kind = "/".join(narrow.split("/")[:2])
    missing = {"severity": Severity.MEDIUM, "says": f"nothing grants {kind}"}
    yield case("contributor-on-the-group", "pass", regranted(target, CONTRIBUTOR, group_of(target)))
    yield case("every-action-of-the-type", "pass", given(target, actions=[f"{kind}/*"]))
    yield case("revoked", "fail", revoked(target), **missing)
    yield case("reader", "fail", regranted(target, READER), **missing)
    yield case("one-action", "fail", given(target, actions=[narrow]), **missing)
    yield case("on-a-look-alike", "fail", regranted(target, CONTRIBUTOR, group_of(target)[:-1]), **missing)
    yield case("denied", "fail", denied(target, actions=[f"{kind}/*"]), says="deny assignment")
    yield case(
        "conditional",
        "unknown",
        regranted(target, CONTRIBUTOR, condition=CONDITION),
        reason=Reason.CONDITIONAL,
    )
    yield case("refused", "unknown", lambda w: w.refuse(ASSIGNMENTS), reason=Reason.NO_PERMISSION)
    yield case(
        "workspaces-refused",
        "unknown",
        lambda w: w.refuse("MachineLearningServices/workspaces"),
        about=f"/subscriptions/{AI_PROD}",
        to=None,
    )
