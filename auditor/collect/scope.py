"""Which subscriptions are audited: those the credential sees, narrowed as the operator asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.collect.arm import Reader
from auditor.collect.refusal import ReadFailed
from auditor.errors import NothingAudited, UsageError, did_you_mean
from auditor.model.ids import ArmId, same_text

SUBSCRIPTIONS_API_VERSION = "2022-12-01"
MANAGEMENT_GROUPS_API_VERSION = "2023-04-01"
RESOURCE_GROUPS_API_VERSION = "2021-04-01"

DESCENDANTS_ACTION = "Microsoft.Management/managementGroups/descendants/read"

# An error is one line: above this, names that are nothing like the one given help nobody.
_NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleSubscription:
    id: ArmId
    name: str
    state: str
    tenant_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`audited` are read; results are wanted within `wanted`, which is narrower with --resource-group."""

    visible: tuple[VisibleSubscription, ...]
    audited: tuple[VisibleSubscription, ...]
    wanted: tuple[ArmId, ...]


async def resolve(
    reader: Reader,
    subscriptions: Sequence[str],
    management_group: str | None,
    resource_groups: Sequence[str],
) -> Scope:
    """Raises UsageError for a name that is not there, NothingAudited where nothing is visible."""
    visible = await _visible(reader)
    audited = tuple(found for found in visible if not same_text(found.state, "Deleted"))
    if not audited:
        hint = "Ask for the Reader role on a subscription, or choose another tenant with --tenant."
        raise NothingAudited("the credential sees no subscription", hint)
    if management_group:
        inside = await _below(reader, management_group)
        audited = tuple(found for found in audited if found.id in inside)
        if not audited:
            said = f"management group {management_group} holds no subscription that the credential sees"
            raise NothingAudited(said, "Ask for the Reader role there.")
    if subscriptions:
        chosen = {found.id: found for found in (_named(audited, wish) for wish in subscriptions)}
        audited = tuple(chosen[rid] for rid in sorted(chosen))
    wanted = tuple(found.id for found in audited)
    if resource_groups:
        wanted = await _groups(reader, audited, resource_groups)
    return Scope(visible=visible, audited=audited, wanted=wanted)


async def _visible(reader: Reader) -> tuple[VisibleSubscription, ...]:
    try:
        rows = await _all(reader, "/subscriptions", SUBSCRIPTIONS_API_VERSION)
    except ReadFailed as failure:
        said = f"the subscriptions could not be listed: {failure.detail}"
        raise NothingAudited(said, "Check the endpoint, the tenant and the credential.") from failure
    found = (_subscription(row) for row in rows if isinstance(row, dict) and row.get("subscriptionId"))
    return tuple(sorted(found, key=lambda one: one.id.key))


def _subscription(row: dict[str, Any]) -> VisibleSubscription:
    tenant_id = row.get("tenantId")
    return VisibleSubscription(
        id=ArmId.parse(f"/subscriptions/{row['subscriptionId']}"),
        name=str(row.get("displayName") or row["subscriptionId"]),
        state=str(row.get("state") or "Enabled"),
        tenant_id=str(tenant_id) if tenant_id else None,
    )


def _named(visible: Sequence[VisibleSubscription], wish: str) -> VisibleSubscription:
    spellings = (wish.strip("/").removeprefix("subscriptions/"), wish)
    found = [one for one in visible if any(same_text(one.id.name, said) for said in spellings)]
    # An id is nobody else's name.
    found = found or [one for one in visible if same_text(one.name, wish)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.id.name for one in found)
        raise UsageError(f"several subscriptions are called {wish}: {ids}", "Give the id.")
    hint = _nearest(wish, [one.name for one in visible], "`az account list` shows what the sign-in sees.")
    raise UsageError(f"no subscription {wish} is visible in the scope", hint)


def _nearest(wish: str, known: Collection[str], otherwise: str) -> str:
    return did_you_mean(wish, known, otherwise=otherwise if len(known) > _NAMES_SHOWN else "")


async def _below(reader: Reader, management_group: str) -> frozenset[ArmId]:
    name = management_group.rstrip("/").rpartition("/")[2]
    path = f"/providers/Microsoft.Management/managementGroups/{name}/descendants"
    try:
        rows = await _all(reader, path, MANAGEMENT_GROUPS_API_VERSION)
    except ReadFailed as failure:
        said = f"management group {management_group} could not be read: {failure.detail}"
        hint = f"Check its name (not its display name) and ask for {DESCENDANTS_ACTION}."
        raise NothingAudited(said, hint) from failure
    inside = (row for row in rows if isinstance(row, dict) and row.get("name"))
    return frozenset(
        ArmId.parse(f"/subscriptions/{row['name']}")
        for row in inside
        if str(row.get("type", "")).lower().endswith("subscriptions")
    )


async def _groups(
    reader: Reader, audited: Sequence[VisibleSubscription], wishes: Sequence[str]
) -> tuple[ArmId, ...]:
    known: list[ArmId] = []
    for subscription in audited:
        try:
            rows = await _all(reader, f"{subscription.id}/resourceGroups", RESOURCE_GROUPS_API_VERSION)
        except ReadFailed:
            known.extend(subscription.id.child("resourceGroups", wish) for wish in wishes)
            continue
        named = (str(row["name"]) for row in rows if isinstance(row, dict) and row.get("name"))
        known.extend(subscription.id.child("resourceGroups", name) for name in named)
    for wish in wishes:
        if not any(same_text(group.name, wish) for group in known):
            hint = _nearest(wish, {group.name for group in known}, "`az group list` shows them.")
            raise UsageError(f"no resource group {wish} in the audited subscriptions", hint)
    return tuple(sorted({group for group in known if any(same_text(group.name, wish) for wish in wishes)}))


async def _all(reader: Reader, path: str, api_version: str) -> list[Any]:
    return [row async for page in reader.pages(path, api_version) for row in page]
