"""Which deny assignments take actions away from a principal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from auditor.model.estate import Estate
from auditor.model.finding import NotRead, Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.access import DenyAssignment, Permission, Principal, PrincipalAssignment
from auditor.model.wire import Fact
from auditor.relate.actions import Needed, Reach, complaint, complaint_of, covered, under_condition, unstated
from auditor.relate.scopes import holds_on

EVERYONE = "00000000-0000-0000-0000-000000000000"
_SINGLE = ("User", "ServicePrincipal")

Answer = bool | Undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """`sure` take something away, in the order of their ids; `doubt` is why another one may, None if none."""

    sure: tuple[DenyAssignment, ...]
    doubt: Undecided | None


def principal_scope(subscription: ArmId, principal_id: str) -> ArmId:
    """The key under which the estate holds what reaches one principal in one subscription."""
    return subscription.child("principals", principal_id)


def denial(
    estate: Estate, principal_id: str, subscription: ArmId, place: ArmId, needs: Iterable[Needed]
) -> Denial:
    """The deny assignments that take any of these actions from the principal at a place.

    A list that was not read is a doubt, never raised from here: only what is otherwise granted can be denied.
    """
    try:
        rows = estate.children(DenyAssignment, subscription)
    except NotRead as not_read:
        return Denial(sure=(), doubt=not_read)
    wanted = tuple(needs)

    def takes(deny: DenyAssignment) -> Answer:
        return _all_of(
            lambda: _reaches(deny, place),
            lambda: _covers(deny, wanted),
            lambda: _concerns(estate, principal_id, subscription, deny),
        )

    answers = [(deny, takes(deny)) for deny in rows]
    doubts = [answer for _, answer in answers if isinstance(answer, Undecided)]
    sure = tuple(deny for deny, answer in answers if answer is True)
    return Denial(sure=sure, doubt=doubts[0] if doubts else None)


def _all_of(*questions: Callable[[], Answer]) -> Answer:
    """False as soon as one is; otherwise the first doubt, if any."""
    doubt: Undecided | None = None
    for question in questions:
        answer = question()
        if answer is False:
            return False
        if isinstance(answer, Undecided):
            doubt = doubt or answer
    return doubt or True


def _any_of(answers: Iterable[Answer]) -> Answer:
    """True as soon as one is; otherwise the first doubt, if any."""
    doubt: Undecided | None = None
    for answer in answers:
        if answer is True:
            return True
        if isinstance(answer, Undecided):
            doubt = doubt or answer
    return doubt or False


def _reaches(deny: DenyAssignment, place: ArmId) -> Answer:
    if (doubt := complaint(deny.assigned_at)) is not None:
        return doubt
    at = deny.assigned_at.value
    if at is None:
        return unstated(deny.assigned_at)
    if at == place or not holds_on(at, place):
        return at == place
    return complaint(deny.only_this_scope) or not deny.only_this_scope.value


def _covers(deny: DenyAssignment, needs: Iterable[Needed]) -> Answer:
    found = [under_condition(covered(deny.permissions, needed), deny.condition, needed) for needed in needs]
    if any(bounds.low is Reach.FREE for bounds in found):
        return True
    if all(bounds.high is Reach.NONE for bounds in found):
        return False
    broken = complaint_of(deny.permissions) or complaint(deny.condition)
    return broken or _open_question(deny, "applies under a condition", _conditions(deny))


def _concerns(estate: Estate, principal_id: str, subscription: ArmId, deny: DenyAssignment) -> Answer:
    def named_in(rows: Fact[tuple[Principal, ...]]) -> Answer:
        if (doubt := complaint(rows)) is not None:
            return doubt
        return _any_of(_is_or_holds(estate, principal_id, subscription, deny, row) for row in rows.value)

    excluded = named_in(deny.excluded)
    if excluded is True:
        return False
    return _all_of(lambda: named_in(deny.principals), lambda: excluded or True)


def _is_or_holds(
    estate: Estate, principal_id: str, subscription: ArmId, deny: DenyAssignment, row: Principal
) -> Answer:
    """Whether a principal of a deny assignment is ours, or a group that it is in.

    Groups are known by what reached the principal through them; of any other group ARM does not tell.
    """
    if (doubt := complaint(row.principal_id, row.kind)) is not None:
        return doubt
    named = row.principal_id.value
    if named is None:
        return unstated(row.principal_id)
    if named == EVERYONE or same_text(named, principal_id):
        return True
    if any(same_text(row.kind.value or "", kind) for kind in _SINGLE):
        return False
    try:
        if named.lower() in _groups(estate, principal_id, subscription):
            return True
    except NotRead as not_read:
        return not_read
    return _open_question(
        deny, f"names the group {named!r}, whose members are not in ARM", (row.principal_id,)
    )


def _groups(estate: Estate, principal_id: str, subscription: ArmId) -> frozenset[str]:
    """The groups known to hold the principal. Raises NotRead where the subscription's list was not read."""
    lists = [estate.children(PrincipalAssignment, principal_scope(subscription, principal_id))]
    for other in estate.audited:
        try:
            lists.append(estate.children(PrincipalAssignment, principal_scope(other, principal_id)))
        except NotRead:
            continue  # one list proves a membership; the others can only add to it
    facts = (row.principal_id for rows in lists for row in rows)
    return frozenset(fact.value.lower() for fact in facts if not fact.is_malformed and fact.value)


def _conditions(deny: DenyAssignment) -> tuple[Fact[str | None], ...]:
    elements: tuple[Permission, ...] = () if deny.permissions.is_malformed else deny.permissions.value
    return tuple(fact for fact in (deny.condition, *(e.condition for e in elements)) if fact.is_stated)


def _open_question(deny: DenyAssignment, what: str, facts: Iterable[Fact[str | None]]) -> Undecided:
    evidence = tuple(fact.evidence() for fact in facts)
    return Undecided(f"the deny assignment {deny.id} {what}", Reason.CONDITIONAL, evidence=evidence)
