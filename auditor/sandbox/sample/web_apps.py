"""App Service: plans and sites as Azure returns them when they are set up as the documents ask."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.sandbox.sample.company import ArmObject, child, entry, guid, name_of, system_identity


def app_plan(plan_id: str) -> ArmObject:
    return entry(
        plan_id,
        location="Sweden Central",
        kind="linux",
        sku={"name": "P1v3", "tier": "PremiumV3", "size": "P1v3", "family": "Pv3", "capacity": 1},
        properties={"provisioningState": "Succeeded", "status": "Ready", "reserved": True},
    )


def web_app(site_id: str, plan_id: str, subnet_id: str) -> Iterable[ArmObject]:
    """The site, its ``config/web`` and its sign-in settings, which demand Microsoft Entra.

    In the list form ``siteConfig`` carries nulls, as Azure sends it.
    """
    name = name_of(site_id)
    yield entry(
        site_id,
        kind="app,linux",
        location="Sweden Central",
        identity=system_identity(site_id),
        properties={
            "state": "Running",
            "enabled": True,
            "defaultHostName": f"{name}.azurewebsites.net",
            "enabledHostNames": [f"{name}.azurewebsites.net", f"{name}.scm.azurewebsites.net"],
            "serverFarmId": plan_id,
            "httpsOnly": True,
            "publicNetworkAccess": "Disabled",
            "virtualNetworkSubnetId": subnet_id,
            "vnetRouteAllEnabled": True,
            "siteConfig": {"numberOfWorkers": 1, "linuxFxVersion": "PYTHON|3.12", "minTlsVersion": None},
        },
    )
    yield _configuration(site_id)
    yield _sign_in(site_id)


def _configuration(site_id: str) -> ArmObject:
    return entry(
        child(site_id, "config", "web"),
        location="Sweden Central",
        properties={
            "linuxFxVersion": "PYTHON|3.12",
            "minTlsVersion": "1.2",
            "ftpsState": "Disabled",
            "publicNetworkAccess": "Disabled",
            "vnetRouteAllEnabled": True,
            "ipSecurityRestrictions": [
                {"ipAddress": "Any", "action": "Allow", "priority": 2147483647, "name": "Allow all"}
            ],
            "ipSecurityRestrictionsDefaultAction": "Allow",
        },
    )


def _sign_in(site_id: str) -> ArmObject:
    return entry(
        child(site_id, "config", "authsettingsV2"),
        location="Sweden Central",
        properties={
            "platform": {"enabled": True, "runtimeVersion": "~1"},
            "globalValidation": {
                "requireAuthentication": True,
                "unauthenticatedClientAction": "RedirectToLoginPage",
                "redirectToProvider": "azureactivedirectory",
            },
            "identityProviders": {
                "azureActiveDirectory": {
                    "enabled": True,
                    "registration": {"clientId": guid("application", site_id)},
                }
            },
            "httpSettings": {"requireHttps": True},
        },
    )
