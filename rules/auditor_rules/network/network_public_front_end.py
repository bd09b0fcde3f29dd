"""network-public-front-end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.resources.app import ContainerApp, ManagedEnvironment, Site
from auditor.model.resources.front_end import (
    ContainerAppAuthentication,
    SiteAuthentication,
    SiteConfiguration,
)
from auditor.model.resources.network import PrivateEndpoint
from auditor.relate.front_ends import config_web, sign_in
from auditor.relate.owners import known
from auditor.rule import (
    Fail,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    attempt,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.network.access import judge_ingress, judge_restrictions, judge_sign_in
from auditor_rules.network.callers import Callers

_FRONT_ENDS: Callers[Site | ContainerApp] = Callers(types=(Site, ContainerApp))
_SITE = Remedy(
    summary="Close the site to public networks if a private endpoint serves its users; otherwise allow named"
    " addresses only, or demand a Microsoft Entra sign-in. Where it is public on purpose, waive this result.",
    az="az webapp update --ids {id} --set publicNetworkAccess=Disabled",
)


@rule(
    id="network-public-front-end",
    title="Public front end is deliberate and authenticated",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=_FRONT_ENDS,
    reads=(
        SiteConfiguration,
        SiteAuthentication,
        ContainerAppAuthentication,
        ManagedEnvironment,
        PrivateEndpoint,
    ),
    profiles=("private-openai", "on-your-data"),
    remedy=Remedy(
        summary="Make the environment internal (at creation only), allow named addresses only, or demand a"
        " Microsoft Entra sign-in. Where the app is public on purpose, waive this result.",
        az="az containerapp ingress update --name {name} --resource-group {group} --subscription"
        " {subscription} --type internal",
    ),
    controls=controls(
        mcsb=("NS-2",),
        nist=(
            "SC-7",
            "AC-3",
        ),
    ),
    sources=(
        Source(
            title="Azure App Service access restrictions",
            url="https://learn.microsoft.com/azure/app-service/overview-access-restrictions",
        ),
        Source(
            title="Authentication and authorization in Azure App Service",
            url="https://learn.microsoft.com/azure/app-service/overview-authentication-authorization",
        ),
        Source(
            title="Ingress in Azure Container Apps",
            url="https://learn.microsoft.com/azure/container-apps/ingress-overview",
        ),
        Source(
            title="Set up IP ingress restrictions in Azure Container Apps",
            url="https://learn.microsoft.com/azure/container-apps/ip-restrictions",
        ),
    ),
)
def network_public_front_end(app: Site | ContainerApp, view: View) -> Verdict:
    """The web app or container app in front of the workload is not open to everybody.

    Why
        The app speaks to the model with an identity of its own, so whoever reaches the app uses the model and
        reads what it reads. Private endpoints behind it do not help.
    Pass when
        The app is not public; or access restrictions let in named callers only; or its built-in sign-in
        demands that every request is signed in.
    Fail when
        It is public with neither. A range wider than /8 (IPv6 /16) counts as everybody, and so do `Any` and
        an ingress that only denies some addresses. A sign-in that is on but lets anonymous requests pass does
        not count. A front end that is public on purpose still fails: waive it, with the reason.
    Unknown when
        Nothing that could be read closes it, and restrictions, sign-in, environment or endpoints could not be
        read; the sign-in is configured by a file in the app; or that the app belongs to the workload is only
        suggested.
    Not applicable when
        Never. Apps of no AI workload yield no result.
    Evidence
        A site: `publicNetworkAccess`, where Disabled means not public. Empty, null or absent, which is what
        live answers mostly say, is decided by private endpoints: App Service documents that access is then
        disabled where one exists and enabled where none does. Then `ipSecurityRestrictions` and
        `ipSecurityRestrictionsDefaultAction` of `config/web`, and `config/authsettingsV2` as GET answers it,
        api-version 2024-04-01. A container app: `configuration.ingress` (none, or `external` false: not
        public), the environment's `vnetConfiguration.internal` and `publicNetworkAccess`, and `authConfigs`.
        Sign-in done by the app's own code, restrictions of the site's deployment (scm) host and gateways in
        front are not seen.
    Remedy
        Close it, restrict it or demand a sign-in.
    """
    if isinstance(app, Site):
        return _weigh(attempt(partial(_site_closed, app, view)), _site_checks(app, view), _SITE)
    closed = attempt(partial(_app_closed, app, view))
    verdict = _weigh(closed, (partial(judge_ingress, app), partial(_app_sign_in, app, view)), None)
    return _with_http(app, verdict)


Check = partial[Verdict]


def _weigh(closed: Verdict, checks: tuple[Check, ...], remedy: Remedy | None) -> Verdict:
    """One pass is enough; else an unknown, since it may be one; else the failure of all."""
    found = (closed, *(attempt(check) for check in checks)) if not isinstance(closed, Pass) else (closed,)
    for verdict in found:
        if isinstance(verdict, Pass):
            return verdict
    for verdict in found:
        if isinstance(verdict, Unknown):
            return verdict
    fails = [verdict for verdict in found if isinstance(verdict, Fail)]
    return Fail(
        message="open to everybody: " + ", ".join(verdict.message for verdict in fails),
        evidence=tuple(seen for verdict in fails for seen in verdict.evidence),
        remedy=remedy,
    )


def _site_closed(site: Site, view: View) -> Verdict:
    access = site.public_network_access
    seen = (access.evidence(),)
    if access.value == "Disabled":
        return Pass(message="public network access is disabled", evidence=seen)
    if access.value == "Enabled":
        return Fail(message="public network access is enabled", evidence=seen)
    endpoints = [one for one in view.estate.listed(PrivateEndpoint) if _serves(one, site)]
    if endpoints:
        names = ", ".join(endpoint.name for endpoint in endpoints)
        return Pass(
            message=f"public network access is not set and the private endpoint {names} exists, which closes"
            " it",
            evidence=(*seen, *(endpoint.automatic.evidence() for endpoint in endpoints)),
        )
    for gap in view.estate.gaps(PrivateEndpoint):
        if gap.scope.subscription == site.id.subscription:
            raise Undecided(
                "public network access is not set, and whether a private endpoint closes it could not be"
                " read",
                gap.reason,
                gap=gap,
                evidence=seen,
            )
    said = "public network access is not set and no private endpoint was found, which leaves it open"
    return Fail(message=said, evidence=seen)


def _serves(endpoint: PrivateEndpoint, site: Site) -> bool:
    """Whether it is an approved endpoint of the site."""
    return any(
        request.target.value == site.id and request.status.value == "Approved"
        for request in endpoint.requests
    )


def _site_checks(site: Site, view: View) -> tuple[Check, ...]:
    return partial(_site_restrictions, site, view), partial(_site_sign_in, site, view)


def _site_restrictions(site: Site, view: View) -> Verdict:
    found = view.estate.find(SiteConfiguration, config_web(site))
    if found is None:
        raise Undecided(f"the settings of {site.name} are not there", Reason.HIDDEN)
    return judge_restrictions(found)


def _site_sign_in(site: Site, view: View) -> Verdict:
    found = view.estate.find(SiteAuthentication, sign_in(site))
    if found is None:
        raise Undecided(f"the sign-in settings of {site.name} are not there", Reason.HIDDEN)
    return judge_sign_in((found,))


def _app_closed(app: ContainerApp, view: View) -> Verdict:
    if not app.ingress.is_stated:
        return Pass(message="it has no ingress: nobody calls it", evidence=(app.ingress.evidence(),))
    external = app.is_external
    if not external.value:
        said = "its ingress is reachable inside the environment only"
        return Pass(message=said, evidence=(external.evidence(),))
    rid = app.environment.value
    environment = view.estate.find(ManagedEnvironment, rid) if rid is not None else None
    if environment is None:
        said = f"the environment {rid} of the app is not in its subscription's list: deleted, or hidden"
        raise Undecided(said, Reason.HIDDEN, evidence=(app.environment.evidence(),))
    seen = (external.evidence(), environment.is_internal.evidence())
    if environment.is_internal.value:
        return Pass(message="its environment is internal: reachable from the network only", evidence=seen)
    access = environment.public_network_access
    if access.value == "Disabled":
        return Pass(
            message="public access to its environment is disabled", evidence=(*seen, access.evidence())
        )
    said = "its ingress is external and its environment is public"
    return Fail(message=said, evidence=(*seen, access.evidence()))


def _app_sign_in(app: ContainerApp, view: View) -> Verdict:
    found = view.estate.children(ContainerAppAuthentication, sign_in(app))
    if not found:
        return Fail(message="the built-in sign-in is off", evidence=(app.is_external.evidence(),))
    return judge_sign_in(found)


def _with_http(app: ContainerApp, verdict: Verdict) -> Verdict:
    if not known(app.allows_http):
        return verdict
    note = "its ingress also accepts plain HTTP (allowInsecure)"
    return replace(verdict, notes=(*verdict.notes, note))
