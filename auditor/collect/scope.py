"""Which subscriptions are audited: those the credential sees, narrowed as the operator asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auditor.collect.arm import ArmReader
from auditor.collect.refusal import ReadFailed
from auditor.errors import NothingAudited, UsageError, did_you_mean
from auditor.model.ids import ArmId, same_text

SUBSCRIPTIONS_API_VERSION = "2022-12-01"
MANAGEMENT_GROUPS_API_VERSION = "2023-04-01"
RESOURCE_GROUPS_API_VERSION = "2021-04-01"


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
    reader: ArmReader,
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
        audited = tuple(_named(audited, wish) for wish in dict.fromkeys(subscriptions))
    wanted = tuple(found.id for found in audited)
    if resource_groups:
        wanted = await _groups(reader, audited, resource_groups)
    return Scope(visible=visible, audited=audited, wanted=wanted)


async def _visible(reader: ArmReader) -> tuple[VisibleSubscription, ...]:
    try:
        rows = await _all(reader, "/subscriptions", SUBSCRIPTIONS_API_VERSION)
    except ReadFailed as failure:
        said = f"the subscriptions could not be listed: {failure.detail}"
        raise NothingAudited(said, "Check the endpoint, the tenant and the credential.") from failure
    found = (
        VisibleSubscription(
            id=ArmId.parse(f"/subscriptions/{row['subscriptionId']}"),
            name=str(row.get("displayName") or row["subscriptionId"]),
            state=str(row.get("state") or "Enabled"),
            tenant_id=row.get("tenantId"),
        )
        for row in rows
        if isinstance(row, dict) and row.get("subscriptionId")
    )
    return tuple(sorted(found, key=lambda one: one.id.key))


def _named(visible: Sequence[VisibleSubscription], wish: str) -> VisibleSubscription:
    found = [one for one in visible if same_text(one.id.name, wish) or same_text(one.name, wish)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.id.name for one in found)
        raise UsageError(f"several subscriptions are called {wish}: {ids}", "Give the id.")
    raise UsageError(
        f"no subscription {wish} is visible in the scope", did_you_mean(wish, [one.name for one in visible])
    )


async def _below(reader: ArmReader, management_group: str) -> frozenset[ArmId]:
    path = f"/providers/Microsoft.Management/managementGroups/{management_group}/descendants"
    try:
        rows = await _all(reader, path, MANAGEMENT_GROUPS_API_VERSION)
    except ReadFailed as failure:
        said = f"management group {management_group} could not be read: {failure.detail}"
        hint = "Check its name (not its display name) and ask for Microsoft.Management/managementGroups/read."
        raise NothingAudited(said, hint) from failure
    names = (
        str(row.get("name")) for row in rows if str(row.get("type", "")).lower().endswith("subscriptions")
    )
    return frozenset(ArmId.parse(f"/subscriptions/{name}") for name in names)


async def _groups(
    reader: ArmReader, audited: Sequence[VisibleSubscription], wishes: Sequence[str]
) -> tuple[ArmId, ...]:
    known: list[ArmId] = []
    for subscription in audited:
        try:
            rows = await _all(reader, f"{subscription.id}/resourceGroups", RESOURCE_GROUPS_API_VERSION)
        except ReadFailed:
            known.extend(subscription.id.child("resourceGroups", wish) for wish in wishes)
            continue
        known.extend(subscription.id.child("resourceGroups", str(row["name"])) for row in rows)
    for wish in wishes:
        if not any(same_text(group.name, wish) for group in known):
            hint = did_you_mean(wish, {group.name for group in known})
            raise UsageError(f"no resource group {wish} in the audited subscriptions", hint)
    return tuple(group for group in known if any(same_text(group.name, wish) for wish in wishes))


async def _all(reader: ArmReader, path: str, api_version: str) -> list[Any]:
    return [row async for page in reader.pages(path, api_version) for row in page]
