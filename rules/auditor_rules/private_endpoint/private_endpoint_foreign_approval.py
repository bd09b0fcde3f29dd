"""private-endpoint-foreign-approval."""

from __future__ import annotations

from auditor.model.finding import describe
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.relate.actions import unstated
from auditor.relate.expectations import Explanation, explain
from auditor.relate.owners import Owner, is_retired, owner_of, tenant_evidence
from auditor.relate.requesters import READS
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Unknown,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls
from auditor_rules.subjects import ALL_CONNECTIONS


@rule(
    id="private-endpoint-foreign-approval",
    title="Approved connections come only from our subscriptions",
    severity=Severity.HIGH,
    rule_class="exposure",
    subjects=ALL_CONNECTIONS,
    reads=READS,
    profiles=("private-openai", "on-your-data", "prompt-flow", "foundry"),
    remedy=Remedy(
        summary="Find out who approved the connection and for whom. If nobody can say, reject it: that cuts"
        " whoever uses it off at once.",
        az="az network private-endpoint-connection reject --id {id} --description 'not ours'",
    ),
    controls=controls(mcsb=("NS-2",), nist=("SC-7",)),
    sources=(
        Source(
            title="Limit cross-tenant private endpoint connections in Azure",
            url="https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/"
            "limit-cross-tenant-private-endpoint-connections",
        ),
        Source(
            title="Make outbound connections through a shared private link",
            url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-private",
        ),
    ),
)
def private_endpoint_foreign_approval(connection: PrivateEndpointConnection, view: View) -> Verdict:
    """An approved connection comes from a subscription of ours, or a service of ours explains it.

    Why
        An approved private endpoint is a way in that ignores public network access, firewall rules and
        network security groups of ours. Several roles can approve one besides the owner, so what is approved
        has to be judged again and again.
    Pass when
        The endpoint's subscription is in our tenant or in a tenant declared as a partner's. Or nobody here
        can see the subscription, and an active outbound rule of an audited workspace's managed network, or
        an approved shared private link of an audited search service, asks for such a connection to this
        target: the message names it. Azure gives the two no common id, so this is an explanation, no proof.
    Fail when
        Critical: the subscription is in another tenant that is not declared as a partner's. Medium: nobody
        here can see the subscription and nothing explains the connection; more approved connections come
        from such subscriptions than rules and links ask for, and this one's subscription is not the one that
        serves the other rules or links of that service; or the connection names no private endpoint (absent
        or null).
    Unknown when
        The target's connections could not be read; the tenant of a visible subscription, or our own, is not
        known; the status or the endpoint's id is malformed; or nothing explains the connection, but rules or
        links of services in the target's subscription could not be read.
    Not applicable when
        The connection is not approved.
    Evidence
        `properties.privateEndpoint.id` of the connection, the tenant of its subscription, and the rules and
        links by target and group. Managed networks of Foundry accounts are not read: a connection of theirs
        is not explained.
    Remedy
        Confirm with the owner of the target, then reject or delete the connection.
    """
    status = connection.status
    if status.value is None:
        raise unstated(status)
    if status.value not in ("Approved", "Approving"):
        return NotApplicable(
            message=f"the connection is {status.value}, not approved",
            reason=Reason.NOT_USED,
            evidence=(status.evidence(),),
        )
    endpoint = connection.private_endpoint
    subscription = endpoint.value.subscription if endpoint.value is not None else None
    if subscription is None:
        said = "an approved connection names no private endpoint: who uses it cannot be told"
        seen = (status.evidence(), endpoint.evidence())
        return Fail(message=said, evidence=seen, severity=Severity.MEDIUM)
    owner, tenant_id = owner_of(view.estate, subscription)
    if owner is Owner.INVISIBLE:
        return _from_invisible(connection, subscription, view)
    return _from_visible(connection, subscription, owner, tenant_id, view)


def _from_visible(
    connection: PrivateEndpointConnection,
    subscription: ArmId,
    owner: Owner,
    tenant_id: str | None,
    view: View,
) -> Verdict:
    evidence = (connection.private_endpoint.evidence(), tenant_evidence(subscription, tenant_id))
    where = f"subscription {subscription.name}"
    if owner is Owner.OURS:
        return Pass(message=f"the endpoint is in our {where}", evidence=evidence)
    if owner is Owner.UNSAID or tenant_id is None:
        said = f"whether {where} is in our tenant cannot be told: a tenant id is missing"
        return Unknown(message=said, reason=Reason.FOREIGN_TENANT, evidence=evidence)
    partners = {partner.lower() for partner in view.declared.fix.partner_tenants}
    if tenant_id.lower() in partners:
        return Pass(
            message=f"the endpoint is in {where} of the declared partner tenant {tenant_id}",
            evidence=evidence,
        )
    return Fail(
        message=f"an approved connection comes from {where} of another tenant, {tenant_id}",
        evidence=evidence,
        severity=Severity.CRITICAL,
    )


def _from_invisible(connection: PrivateEndpointConnection, subscription: ArmId, view: View) -> Verdict:
    seen = (connection.status.evidence(), connection.private_endpoint.evidence())
    if is_retired(connection):
        said = "it is the retired Microsoft-managed endpoint: private-endpoint-retired-managed judges it"
        return Pass(message=said, evidence=seen)
    found = explain(view.estate, connection, subscription)
    asked = " or ".join(wish.said for wish in found.wanted_by)
    if found.wanted_by and not found.is_surplus:
        evidence = (*seen, *(each for wish in found.wanted_by for each in wish.evidence))
        note = "explained, not proven: Azure gives a connection and the rule or link behind it no common id"
        return Pass(message=f"explained by {asked}", evidence=evidence, notes=(note,))
    if unread := _unread_near(connection, found):
        return unread
    where = f"subscription {subscription.name}, which is not visible here"
    why = "no managed network or shared private link of ours explains it"
    if found.wanted_by:
        count = len(found.others) + 1
        explained = f"{asked} explains {len(found.wanted_by)} of {count} such connections here"
        why = f"{explained}, and nothing says that this is one"
    elsewhere = tuple(f"not looked for where reading failed: {describe(gap)}" for gap in found.unread)
    said = f"an approved connection comes from {where}, and {why}"
    return Fail(message=said, evidence=seen, severity=Severity.MEDIUM, notes=elsewhere)


def _unread_near(connection: PrivateEndpointConnection, found: Explanation) -> Unknown | None:
    """A service that shares the target's subscription and could not be read may be the explanation."""
    for gap in found.unread:
        if gap.scope.subscription_id == connection.id.subscription_id:
            said = f"nothing that was read explains this approved connection, but {describe(gap)}"
            return Unknown(message=said, reason=gap.reason, gap=gap)
    return None
