"""network-web-app-integration."""

from __future__ import annotations

from functools import partial

from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.app import Site
from auditor.model.resources.front_end import AppServicePlan, SiteConfiguration
from auditor.model.resources.network import Subnet
from auditor.relate.front_ends import config_web
from auditor.relate.surroundings import network_at
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Verdict,
    View,
    attempt,
    rule,
    worst,
)
from auditor_rules.controls import controls
from auditor_rules.network.callers import NAME_READS, Callers, names_resolve
from auditor_rules.network.homes import NEW_SUBNET, ROOM_READS, room_fills, room_for

WEB = "Microsoft.Web/serverFarms"
APP = "Microsoft.App/environments"
_INTEGRATES = frozenset(
    {
        "basic",
        "standard",
        "premium",
        "premiumv2",
        "premiumv3",
        "premiumv4",
        "elasticpremium",
        "workflowstandard",
        "flexconsumption",
    }
)
_NEVER = frozenset({"free", "shared", "dynamic"})
_ENVIRONMENT = frozenset({"isolated", "isolatedv2"})
_PLAN = Remedy(
    summary="Move the plan to a tier that supports virtual network integration: Basic or above.",
    az="az appservice plan update --ids {plan} --sku B1",
)
_DELEGATE = Remedy(
    summary="Delegate the subnet to App Service; it must hold nothing else.",
    az="az network vnet subnet update --ids {subnet} --delegations {service}",
)
_OWN_SUBNET = Remedy(
    summary="Give the app a subnet of its own and integrate it there.",
    az=None,
)
_SUMMARY = (
    "Integrate the app with a subnet of its own in the network of the private endpoints, in the app's region,"
    f" delegated to {WEB}."
)
_INTEGRATE = Remedy(
    summary=_SUMMARY,
    az=f"{NEW_SUBNET} && az webapp vnet-integration add --name {{name}} --resource-group {{group}}"
    " --subscription {subscription} --vnet {network} --subnet {new_subnet}",
)
_NAMES = Remedy(summary="Link the zones that dns-zone-linked names to this network.", az=None)


@rule(
    id="network-web-app-integration",
    title="Web app integrated with the virtual network",
    severity=Severity.HIGH,
    rule_class="function",
    subjects=Callers(types=(Site,)),
    reads=(AppServicePlan, SiteConfiguration, *ROOM_READS, *NAME_READS),
    profiles=("on-your-data",),
    remedy=Remedy(
        summary=_SUMMARY,
        az=None,
    ),
    controls=controls(mcsb=("NS-1",)),
    sources=(
        Source(
            title="Integrate your app with an Azure virtual network",
            url="https://learn.microsoft.com/azure/app-service/overview-vnet-integration",
        ),
        Source(
            title="Use Azure OpenAI On Your Data securely",
            url="https://learn.microsoft.com/azure/ai-services/openai/how-to/on-your-data-configuration",
        ),
    ),
)
def network_web_app_integration(site: Site, view: View) -> Verdict:
    """The web app of a workload calls from inside the virtual network.

    Why
        Without integration the app calls from shared public addresses. Accounts whose public access is off
        then refuse it, and people tend to open them again instead of integrating the app.
    Pass when
        `virtualNetworkSubnetId` names a subnet in the app's region, delegated to Microsoft.Web/serverFarms
        (Microsoft.App/environments for Flex Consumption) and without private endpoints in it; the plan's tier
        supports integration; and the zones that the app needs are linked to its network, as dns-zone-linked
        judges them.
    Fail when
        The subnet is absent or null, is not there, is in another region, is not delegated or holds private
        endpoints; the plan's tier is Free, Shared or Dynamic (Consumption); or a zone is not linked.
    Unknown when
        The plan, the subnet, its network or the zones could not be read; the tier is none that is known; or
        that the app belongs to the workload is only suggested.
    Not applicable when
        The app runs in an App Service Environment (tier Isolated), which stands in a network itself.
    Evidence
        `properties.virtualNetworkSubnetId`, `properties.serverFarmId` and `location` of
        `Microsoft.Web/sites`, `sku.tier` of the plan, api-version 2024-04-01; `delegations[]` and
        `privateEndpoints[]` of the subnet. Routing all traffic into the network is not needed for private
        addresses: whether it is on is a note.
    Remedy
        Add the integration.
    """
    plan = attempt(partial(_plan, site, view))
    if isinstance(plan, NotApplicable):
        return plan
    subnet = site.subnet.value
    if subnet is None:
        return _outside(site, view)
    network = subnet.parent or subnet
    checks = (
        plan,
        attempt(partial(_region, site, network, view)),
        attempt(partial(_subnet, site, subnet, view)),
        attempt(partial(_names, site, network, view)),
    )
    verdict = worst(checks, Severity.HIGH)
    if not isinstance(verdict, Pass):
        return verdict
    return Pass(
        message=f"integrated with {subnet.name} in {network.name}",
        evidence=tuple(seen for check in checks for seen in check.evidence),
        notes=_routing(site, view),
    )


def _outside(site: Site, view: View) -> Fail:
    said = "the app is not integrated with any virtual network: it calls from public addresses"
    room = room_for(view, site.id)
    if room is None:
        return Fail(message=said, evidence=(site.subnet.evidence(),))
    fills = (("new_subnet", f"{site.name}-integration"), ("service", WEB), *room_fills(*room))
    return Fail(message=said, evidence=(site.subnet.evidence(),), remedy=_INTEGRATE, fills=fills)


def _plan(site: Site, view: View) -> Verdict:
    rid = site.plan.value
    found = view.estate.find(AppServicePlan, rid) if rid is not None else None
    if found is None:
        said = f"the plan {rid} of the app is not in its subscription's list: deleted, or hidden"
        raise Undecided(said, Reason.HIDDEN, evidence=(site.plan.evidence(),))
    tier = found.tier.value or ""
    seen = (found.tier.evidence(),)
    if tier.lower() in _ENVIRONMENT:
        said = "the app runs in an App Service Environment, which stands in a network itself"
        return NotApplicable(message=said, reason=Reason.SERVED_OTHERWISE, evidence=seen)
    if tier.lower() in _INTEGRATES:
        return Pass(message=f"tier {tier}", evidence=seen)
    if tier.lower() not in _NEVER:
        raise Undecided(
            f"the plan's tier is {tier or 'not stated'}, which is not known",
            Reason.UNEXPECTED_VALUE,
            evidence=seen,
        )
    return Fail(
        message=f"the plan {found.name} is of tier {tier}, which has no virtual network integration",
        evidence=seen,
        remedy=_PLAN,
        fills=(("plan", found.id.text),),
    )


def _region(site: Site, network: ArmId, view: View) -> Verdict:
    found = network_at(view.estate, network)
    if _plain(site.location) == _plain(found.location):
        return Pass(message="same region", evidence=())
    return Fail(
        message=f"the app is in {site.location}, its network in {found.location}: integration works within a"
        " region",
        evidence=(site.subnet.evidence(),),
    )


def _plain(location: str | None) -> str:
    """`Sweden Central` and `swedencentral` are one region."""
    return (location or "").replace(" ", "").lower()


def _subnet(site: Site, rid: ArmId, view: View) -> Verdict:
    subnet = view.estate.find(Subnet, rid)
    if subnet is None:
        return Fail(
            message=f"the subnet {rid.name} that the app is integrated with is not there: the integration is"
            " broken",
            evidence=(site.subnet.evidence(),),
        )
    seen = (subnet.delegations.evidence(), subnet.private_endpoints.evidence())
    services = {name.lower() for name in subnet.delegations.value}
    if services.isdisjoint({WEB.lower(), APP.lower()}):
        return Fail(
            message=f"the subnet {subnet.name} is not delegated to {WEB}",
            evidence=seen,
            remedy=_DELEGATE,
            fills=(("subnet", subnet.id.text), ("service", WEB)),
        )
    if subnet.private_endpoints.value:
        return Fail(
            message=f"the subnet {subnet.name} also holds {len(subnet.private_endpoints.value)} private"
            " endpoints",
            evidence=seen,
            remedy=_OWN_SUBNET,
        )
    return Pass(message="delegated and its own", evidence=seen)


def _names(site: Site, network: ArmId, view: View) -> Verdict:
    verdict = names_resolve(view, network, (site.id,))
    if isinstance(verdict, Fail):
        return Fail(message=verdict.message, evidence=verdict.evidence, remedy=_NAMES)
    return verdict


def _routing(site: Site, view: View) -> tuple[str, ...]:
    """Only a note, so nothing is lost where the settings could not be read."""
    try:
        settings = view.estate.find(SiteConfiguration, config_web(site))
        routes = site.routes_all.value or (settings is not None and settings.routes_all.value)
    except Undecided:
        return ()
    if routes:
        return ()
    return ("only private addresses are routed into the network: other calls leave from public addresses",)
