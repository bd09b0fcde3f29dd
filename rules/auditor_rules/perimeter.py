"""What a network security perimeter makes of a resource that leaves its public access to one."""

from __future__ import annotations

from auditor.model.finding import Evidence
from auditor.model.reasons import Reason
from auditor.model.resources.perimeter import NetworkSecurityPerimeterConfiguration
from auditor.model.wire import Fact, Resource
from auditor.rule import Fail, Pass, Remedy, Severity, Source, Unknown, Verdict, View

ENFORCE = Remedy(
    summary="Set the association's access mode to Enforced, once the perimeter's logs show no request that"
    " must still come in by the resource's own firewall.",
    az="az resource update --ids {association} --api-version 2024-07-01 --set properties.accessMode=Enforced",
)
SOURCE = Source(
    title="Transition to a network security perimeter",
    url="https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition",
)


def judge_perimeter(
    view: View,
    resource: Resource,
    access: Fact[str],
    configurations: type[NetworkSecurityPerimeterConfiguration],
) -> Verdict:
    """Whether a resource whose publicNetworkAccess (`access`) is SecuredByPerimeter is closed to the public.

    Pass where the association is enforced, or where there is none: Azure documents that such a resource is
    locked down for public access until it has a perimeter. Fail (medium) where it only learns or audits,
    unknown where it states no access mode. Raises NotRead where the associations could not be read.
    """
    found = view.estate.children(configurations, resource.id)
    if not found:
        return _unassociated(resource, access)
    for association in found:
        mode = association.access_mode.value
        if mode != "Enforced":
            return _not_enforced(association, access, mode)
    names = ", ".join(_name(association) for association in found)
    seen = tuple(association.access_mode.evidence() for association in found)
    return Pass(
        message=f"public network access is secured by the perimeter {names}, which is enforced",
        evidence=(access.evidence(), *seen),
        notes=("what the perimeter's access rules let in is not judged",),
    )


def _unassociated(resource: Resource, access: Fact[str]) -> Pass:
    none = Evidence(resource=resource.id.text, path="networkSecurityPerimeterConfigurations", value=[])
    return Pass(
        message="public network access is left to a network security perimeter and none is associated, which"
        " refuses every public request",
        evidence=(access.evidence(), none),
        notes=("until a perimeter is associated, trusted services are refused too",),
    )


def _not_enforced(
    association: NetworkSecurityPerimeterConfiguration, access: Fact[str], mode: str | None
) -> Fail | Unknown:
    seen = (access.evidence(), association.access_mode.evidence())
    name, target = _name(association), _association_id(association)
    if mode is None:
        return Unknown(
            message=f"the association with the perimeter {name} states no access mode",
            reason=Reason.UNEXPECTED_VALUE,
            evidence=seen,
        )
    return Fail(
        message=f"the perimeter {name} is in {mode} mode: what its rules do not match is not refused, the"
        " resource's own firewall decides instead",
        evidence=seen,
        severity=Severity.MEDIUM,
        remedy=ENFORCE if target else Remedy(summary=ENFORCE.summary, az=None),
        fills=(("association", target or ""),),
    )


def _name(association: NetworkSecurityPerimeterConfiguration) -> str:
    perimeter = association.perimeter.value
    return perimeter.name if perimeter else association.name


def _association_id(association: NetworkSecurityPerimeterConfiguration) -> str | None:
    """The association as the perimeter's own child, which alone can be changed; None where unnamed."""
    perimeter, name = association.perimeter.value, association.association.value
    return perimeter.child("resourceAssociations", name).text if perimeter and name else None
