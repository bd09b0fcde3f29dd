"""Resource access rules of a storage firewall: whom each lets in, and whether that is ours."""

from __future__ import annotations

from auditor.model.estate import Estate
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.storage_account import ResourceAccessRule
from auditor.rule import Fail, Pass, Unknown, Verdict

ANY = "*"


def covers(row: ResourceAccessRule, service: ArmId, tenant_id: str) -> bool:
    """Whether a rule of our tenant names this service, spelt out or by `*`.

    `*` stands for one segment, and a scope that ends above the resource group holds all groups below it, as
    in `/subscriptions/{id}/providers/Microsoft.Search/searchServices/*`. Raises Undecided where the rule is
    malformed.
    """
    named, tenant = row.resource_id.value, row.tenant_id.value
    if not named or not tenant or not same_text(tenant, tenant_id):
        return False
    scope, kind = _split(named)
    wanted_scope, wanted_kind = _split(service.text)
    is_whole = len(scope) == len(wanted_scope)
    is_wide = len(scope) < len(wanted_scope) and kind[-1:] == (ANY,)
    return (
        bool(scope)
        and (is_whole or is_wide)
        and len(kind) == len(wanted_kind)
        and all(map(_fits, (*scope, *kind), (*wanted_scope[: len(scope)], *wanted_kind)))
    )


def judge_instance(row: ResourceAccessRule, estate: Estate) -> Verdict:
    """Whether a rule lets in only instances of our tenant, in a subscription that it names."""
    named, tenant = row.resource_id, row.tenant_id
    evidence = (tenant.evidence(), named.evidence())
    if not tenant.value or not named.value or estate.tenant_id is None:
        said = "a resource access rule cannot be judged: its tenant, its resource or our tenant is not known"
        return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=evidence)
    if not same_text(tenant.value, estate.tenant_id):
        said = f"a resource access rule lets in {named.value} of another tenant, {tenant.value}"
        return Fail(message=said, evidence=evidence)
    if _is_boundless(named.value):
        said = f"a resource access rule lets in resources of every subscription: {named.value}"
        return Fail(message=said, evidence=evidence)
    return Pass(message="the resource access rule names a subscription of ours", evidence=evidence)


def _is_boundless(named: str) -> bool:
    segments = named.strip("/").split("/")
    return ANY in segments and (len(segments) < 2 or segments[1] == ANY)


def _split(named: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The segments before and after the provider; both empty where the text has no provider."""
    segments = named.strip("/").split("/")
    at = next((i for i, segment in enumerate(segments) if same_text(segment, "providers")), None)
    return ((), ()) if at is None else (tuple(segments[:at]), tuple(segments[at + 1 :]))


def _fits(pattern: str, segment: str) -> bool:
    return pattern == ANY or same_text(pattern, segment)
