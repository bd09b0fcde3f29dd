"""Whether what stands there now is what was decided about: anything else, and nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from auditor.collect.arm import Reader
from auditor.fix.decision import Decision
from auditor.fix.looking import (
    Seen,
    asker_status,
    endpoint_now,
    is_waiting,
    siblings,
    tenant_of,
)
from auditor.model.ids import ArmId, same_text
from auditor.relate.owners import endpoint_of, is_retired, known
from auditor.relate.requesters import RequesterClass

# The classes whose private endpoint could be read, and is read again.
_READABLE = frozenset({RequesterClass.OURS, RequesterClass.UNPLANNED})


def differences(decision: Decision, seen: Seen) -> Iterator[str]:
    """What the connection itself says otherwise now. Its status is left to the caller."""
    planned, found = decision.connection, seen.connection
    if found.scope != planned.scope:
        yield f"it leads to {found.scope} now"
    if seen.endpoint != decision.endpoint:
        yield f"it comes from {seen.endpoint or 'no endpoint'} now, not from {decision.endpoint}"
    if not seen.is_settled:
        yield f"Azure is changing it ({found.provisioning_state.raw})"
    before, after = planned.group_ids(), found.group_ids()
    if _names(before) != _names(after):
        yield f"it asks for {after} now, not for {before}"


async def endpoint_differences(reader: Reader, decision: Decision, tenant_id: str | None) -> list[str]:
    """What the private endpoint and its subscription say otherwise now, where they could be read.

    Raises ReadFailed where they no longer can, and Undecided where they are malformed.
    """
    asked, endpoint = decision.requester, decision.endpoint
    if asked is None or asked.kind not in _READABLE or endpoint is None:
        return []
    found: list[str] = []
    owner = await tenant_of(reader, endpoint.subscription or endpoint)
    if owner is None or tenant_id is None or not same_text(owner, tenant_id):
        found.append(f"its subscription belongs to tenant {owner or 'that is not named'} now")
    now = await endpoint_now(reader, endpoint)
    target = decision.connection.scope
    requests = [request for request in now.requests if request.target.value == target]
    groups = _names([name for request in requests for name in request.groups.value])
    if groups != _names(asked.groups):
        found.append(f"its endpoint asks for {sorted(groups or ())} of {target.name} now")
    if now.virtual_network != asked.network:
        found.append(f"its endpoint lies in {now.virtual_network} now")
    return found


async def wish_differences(reader: Reader, decision: Decision, visible: Collection[ArmId]) -> list[str]:
    """For what the platform makes for us: whether our side still waits, and nobody else asks meanwhile.

    `visible` are the subscriptions that can be seen; a request from one of them is no rival. Raises
    ReadFailed.
    """
    if decision.kind is not RequesterClass.LIKELY or decision.requester is None:
        return []
    askers = [wish.asker.id for wish in decision.requester.wanted_by]
    waiting = [asker for asker in askers if is_waiting(asker, await asker_status(reader, asker))]
    found = [] if waiting else ["nothing of ours waits for it any more"]
    for row in await siblings(reader, decision.connection.id):
        endpoint = endpoint_of(row)
        is_seen = endpoint is not None and endpoint.subscription in visible
        if known(row.status) in ("Pending", None) and not is_retired(row) and not is_seen:
            found.append(f"{row.name} asks as well now")
    return found


def _names(groups: Iterable[str] | None) -> frozenset[str] | None:
    return None if groups is None else frozenset(name.lower() for name in groups)
