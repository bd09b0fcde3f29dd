"""What the two rules about pending connections say of whoever asks."""

from __future__ import annotations

from auditor.model.reasons import Reason
from auditor.model.resources.connection import PrivateEndpointConnection
from auditor.relate.owners import known
from auditor.relate.requesters import Requester, RequesterClass, classify, recognise
from auditor.rule import NotApplicable, View

RECOGNISED = frozenset({RequesterClass.OURS, RequesterClass.LIKELY, RequesterClass.AMBIGUOUS})


def requester_of(connection: PrivateEndpointConnection, view: View) -> Requester:
    """Who asks. A request that Azure is still changing is judged by who made it, as any other."""
    partners = view.declared.fix.partner_tenants
    found = classify(view.estate, view.relations, connection, partner_tenants=partners)
    if found.kind is RequesterClass.BLOCKED:
        return recognise(view.estate, view.relations, connection, partner_tenants=partners)
    return found


def remarks(connection: PrivateEndpointConnection, requester: Requester) -> tuple[str, ...]:
    """Notes: what is not proven, the connection's own state, and what the requester wrote."""
    found = [f"not proven: {said}" for said in requester.unproven]
    if (state := known(connection.provisioning_state)) not in (None, "Succeeded"):
        found.append(f"the connection's own state is {state}: a fix leaves it alone until that has settled")
    if written := known(connection.description):
        found.append(f'the requester wrote (untrusted, anybody can write this): "{written[:140]}"')
    return tuple(found)


def judged_by(rule: str, requester: Requester) -> NotApplicable:
    return NotApplicable(
        message=f"the pending request {requester.said}: {rule} judges it",
        reason=Reason.SERVED_OTHERWISE,
        evidence=requester.evidence,
    )
