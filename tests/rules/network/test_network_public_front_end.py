"""network-public-front-end."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.on_your_data import CLAIMS_APP, HR_APP
from auditor.sandbox.sample.private_app import CONTAINER_APP, ENVIRONMENT
from auditor_rules.network.network_public_front_end import network_public_front_end
from tests.rules.cases import Case, Change
from tests.rules.network.settings import restriction
from tests.rules.world import World

ACCESS = "properties.publicNetworkAccess"
INGRESS = "properties.configuration.ingress"
WEB = f"{HR_APP}/config/web"
SIGN_IN = f"{HR_APP}/config/authsettingsV2"
RESTRICTIONS = "properties.ipSecurityRestrictions"
DEFAULT = "properties.ipSecurityRestrictionsDefaultAction"
OFFICE = "203.0.113.0/24"


def no_sign_in(world: World) -> World:
    return world.put(SIGN_IN, "properties.platform.enabled", False)


def restricted(*rules: dict[str, Any], default: str | None = None) -> Change:
    """Sign-in is off, so only the restrictions decide."""
    return lambda world: no_sign_in(world).put(WEB, RESTRICTIONS, list(rules)).put(WEB, DEFAULT, default)


def signed_in(path: str, value: object) -> Change:
    """Restrictions let in everybody, so only the sign-in decides."""
    return lambda world: world.put(WEB, RESTRICTIONS, []).put(WEB, DEFAULT, None).put(SIGN_IN, path, value)


def public(world: World) -> World:
    """The environment of the container app is open."""
    world.put(ENVIRONMENT, "properties.vnetConfiguration.internal", False)
    return world.cut(ENVIRONMENT, ACCESS)


def container_sign_in(**validation: object) -> dict[str, Any]:
    rid = f"{CONTAINER_APP}/authConfigs/current"
    properties = {"platform": {"enabled": True}, "globalValidation": validation}
    return {
        "id": rid,
        "name": "current",
        "type": "Microsoft.App/containerapps/authconfigs",
        "properties": properties,
    }


def allowed(*addresses: str, action: str = "Allow") -> list[dict[str, str]]:
    return [{"name": one, "ipAddressRange": one, "action": action} for one in addresses]


ANY_ALLOWED = restriction("Any", priority=2147483647)
ANY_DENIED = restriction("Any", "Deny", 2147483647)
SITES = (
    Case(name="disabled", about=CLAIMS_APP, status="pass", seen=((ACCESS, "Disabled"),)),
    *(
        Case(
            name=f"closed-by-its-endpoint-{value!r}",
            about=CLAIMS_APP,
            status="pass",
            change=lambda world, value=value: world.put(CLAIMS_APP, ACCESS, value),  # type: ignore[misc]
            says="pe-claims-app",
        )
        for value in ("", None)
    ),
    Case(
        name="not-set-and-no-endpoint",
        about=HR_APP,
        status="fail",
        change=lambda world: restricted(ANY_ALLOWED)(world) and world.put(HR_APP, ACCESS, None),
        severity=Severity.MEDIUM,
        says="no private endpoint was found",
    ),
    Case(
        name="new-value",
        about=HR_APP,
        status="unknown",
        change=lambda world: restricted()(world) and world.put(HR_APP, ACCESS, "SecuredByPerimeter"),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(name="restricted", about=HR_APP, status="pass", change=restricted(restriction(OFFICE), ANY_DENIED)),
    Case(name="implicit-deny", about=HR_APP, status="pass", change=restricted(restriction(OFFICE))),
    Case(name="default-deny", about=HR_APP, status="pass", change=restricted(default="Deny")),
    Case(
        name="default-allow-behind-rules",
        about=HR_APP,
        status="fail",
        change=restricted(restriction(OFFICE), default="Allow"),
    ),
    Case(
        name="nothing-restricts", about=HR_APP, status="fail", change=restricted(), severity=Severity.MEDIUM
    ),
    Case(name="allow-all-rule", about=HR_APP, status="fail", change=restricted(ANY_ALLOWED, default="Deny")),
    Case(
        name="deny-all-before-allow-all",
        about=HR_APP,
        status="pass",
        change=restricted(ANY_ALLOWED, restriction("Any", "Deny", 200)),
    ),
    *(
        Case(
            name=f"as-good-as-everybody-{address}",
            about=HR_APP,
            status="fail",
            change=restricted(restriction(address)),
            says="lets in everybody",
        )
        for address in ("0.0.0.0/0", "0.0.0.0/1", "::/0")
    ),
    Case(
        name="sign-in",
        about=HR_APP,
        status="pass",
        change=signed_in("properties.platform.enabled", True),
        says="every request must sign in",
    ),
    Case(
        name="sign-in-off",
        about=HR_APP,
        status="fail",
        change=signed_in("properties.platform.enabled", None),
        says="sign-in is off",
    ),
    Case(
        name="sign-in-lets-anonymous-pass",
        about=HR_APP,
        status="fail",
        change=signed_in("properties.globalValidation.unauthenticatedClientAction", "allowanonymous"),
        says="anonymous",
    ),
    Case(
        name="sign-in-not-required",
        about=HR_APP,
        status="fail",
        change=signed_in("properties.globalValidation.requireAuthentication", False),
    ),
    Case(
        name="sign-in-says-nothing",
        about=HR_APP,
        status="fail",
        change=signed_in("properties.globalValidation", None),
    ),
    Case(
        name="sign-in-with-open-paths",
        about=HR_APP,
        status="pass",
        change=signed_in("properties.globalValidation.excludedPaths", ["/health"]),
        says="/health",
    ),
    Case(
        name="sign-in-in-a-file",
        about=HR_APP,
        status="unknown",
        change=signed_in("properties.platform.configFilePath", "/auth/config.json"),
        reason=Reason.NOT_IN_ARM,
    ),
    Case(
        name="settings-refused",
        about=HR_APP,
        status="unknown",
        change=lambda world: no_sign_in(world).refuse("/config/web"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="sign-in-refused-but-restricted",
        about=HR_APP,
        status="pass",
        change=lambda world: world.refuse("/config/authsettingsV2"),
    ),
)
CONTAINER_APPS = (
    Case(name="internal-environment", about=CONTAINER_APP, status="pass", says="environment is internal"),
    Case(
        name="no-ingress",
        about=CONTAINER_APP,
        status="pass",
        change=lambda world: public(world).put(CONTAINER_APP, INGRESS, None),
        says="no ingress",
    ),
    Case(
        name="internal-ingress",
        about=CONTAINER_APP,
        status="pass",
        change=lambda world: public(world).put(CONTAINER_APP, f"{INGRESS}.external", False),
    ),
    Case(
        name="environment-closed",
        about=CONTAINER_APP,
        status="pass",
        change=lambda world: public(world).put(ENVIRONMENT, ACCESS, "disabled"),
    ),
    Case(name="public", about=CONTAINER_APP, status="fail", change=public, severity=Severity.MEDIUM),
    Case(
        name="named-addresses",
        about=CONTAINER_APP,
        status="pass",
        change=lambda world: public(world).put(
            CONTAINER_APP, f"{INGRESS}.ipSecurityRestrictions", allowed(OFFICE)
        ),
    ),
    Case(
        name="everybodys-addresses",
        about=CONTAINER_APP,
        status="fail",
        change=lambda world: public(world).put(
            CONTAINER_APP, f"{INGRESS}.ipSecurityRestrictions", allowed(OFFICE, "0.0.0.0/0")
        ),
    ),
    Case(
        name="only-denies-some",
        about=CONTAINER_APP,
        status="fail",
        change=lambda world: public(world).put(
            CONTAINER_APP, f"{INGRESS}.ipSecurityRestrictions", allowed(OFFICE, action="Deny")
        ),
        says="only denies some",
    ),
    Case(
        name="signed-in",
        about=CONTAINER_APP,
        status="pass",
        change=lambda world: public(world).add(
            container_sign_in(unauthenticatedClientAction="RedirectToLoginPage")
        ),
    ),
    Case(
        name="anonymous",
        about=CONTAINER_APP,
        status="fail",
        change=lambda world: public(world).add(
            container_sign_in(unauthenticatedClientAction="AllowAnonymous")
        ),
    ),
    Case(
        name="plain-http",
        about=CONTAINER_APP,
        status="pass",
        change=lambda world: world.put(CONTAINER_APP, f"{INGRESS}.allowInsecure", True),
        says="plain HTTP",
    ),
    Case(
        name="environments-refused",
        about=CONTAINER_APP,
        status="unknown",
        change=lambda world: world.refuse("managedEnvironments"),
        reason=Reason.NO_PERMISSION,
    ),
)


CASES = (*SITES, *CONTAINER_APPS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_network_public_front_end(case: Case) -> None:
    case.check(network_public_front_end)
