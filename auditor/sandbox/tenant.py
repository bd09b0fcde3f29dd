"""The tenant file: what a sandbox tenant holds, checked once when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import orjson

from auditor.sandbox.fields import Fields, TenantFileError
from auditor.sandbox.scopes import key
from auditor.sandbox.script import Event, Fault, read_event, read_fault

_TOP_LEVEL_KEYS = frozenset(
    (
        "format",
        "tenant_id",
        "principal",
        "subscriptions",
        "management_groups",
        "groups",
        "resources",
        "permissions",
        "search_objects",
        "app_settings",
        "faults",
        "events",
        "long_running",
        "page_size",
    )
)
_PERMISSION_KEYS = frozenset(("scope", "actions", "notActions", "dataActions", "notDataActions"))
_LONG_RUNNING_KEYS = frozenset(("polls", "headers"))
# Azure asks for seconds; a recording or a test need not wait that long.
_POLL_AGAIN: Mapping[str, str] = {"x-ms-retry-after-ms": "1"}
_DEFAULT_PAGE_SIZE = 100
SEARCH_COLLECTIONS = frozenset(("indexes", "datasources", "skillsets", "indexers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The service principal that the caller signs in as."""

    object_id: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagementGroup:
    """`subscriptions` and `children` are the direct ones, as subscription ids and management group names."""

    name: str
    display_name: str
    subscriptions: tuple[str, ...]
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPermission:
    """What the caller may do at a scope and below, by patterns as in a role definition."""

    scope: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    data_actions: tuple[str, ...]
    not_data_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LongRunning:
    """How long-running operations go: `polls` answers in progress, each with `headers`, before the last."""

    polls: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A whole sandbox tenant. `resources` and `subscriptions` stay the JSON objects that ARM would send.

    `permissions` None: the caller may do everything. They decide writes, lists of settings and what search
    services answer; other reads are refused by faults. `search_objects` are the objects inside search
    services by the service's id and by collection (`indexes`), `app_settings` the settings of sites by the
    site's id.
    """

    tenant_id: str
    principal: Principal
    subscriptions: tuple[Mapping[str, Any], ...]
    management_groups: tuple[ManagementGroup, ...]
    groups: Mapping[str, tuple[str, ...]]
    resources: tuple[Mapping[str, Any], ...]
    permissions: tuple[HeldPermission, ...] | None
    search_objects: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
    app_settings: Mapping[str, Mapping[str, Any]]
    faults: tuple[Fault, ...]
    events: tuple[Event, ...]
    long_running: LongRunning
    page_size: int

    @classmethod
    def load(cls, path: Path) -> Tenant:
        """Read a tenant file. Raises TenantFileError when it cannot be read or is malformed."""
        try:
            content = path.read_bytes()
        except OSError as failure:
            raise TenantFileError(f"{path}: cannot be read: {failure.strerror}") from failure
        return cls.from_bytes(content, str(path))

    @classmethod
    def sample(cls) -> Tenant:
        """The tenant that ships with the package."""
        file = resources.files("auditor.sandbox").joinpath("sample").joinpath("tenant.json")
        try:
            content = file.read_bytes()
        except OSError as failure:
            raise TenantFileError("sample/tenant.json: is missing from this installation") from failure
        return cls.from_bytes(content, "sample/tenant.json")

    @classmethod
    def from_bytes(cls, content: bytes, source: str) -> Tenant:
        """Decode JSON text; `source` opens every error message."""
        try:
            decoded = orjson.loads(content)
        except orjson.JSONDecodeError as failure:
            raise TenantFileError(f"{source}: is not JSON: {failure}") from failure
        try:
            return cls.from_json(decoded)
        except TenantFileError as failure:
            raise TenantFileError(f"{source}: {failure}") from failure

    @classmethod
    def from_json(cls, obj: Mapping[str, Any]) -> Tenant:
        """Check a decoded tenant file. Raises TenantFileError."""
        top = Fields(obj, "")
        top.refuse_unknown(_TOP_LEVEL_KEYS)
        if top.integer("format") != 1:
            raise TenantFileError("format: must be 1")
        page_size = top.integer("page_size", _DEFAULT_PAGE_SIZE)
        if page_size < 1:
            raise TenantFileError("page_size: must be 1 or more")
        return cls(
            tenant_id=top.guid("tenant_id"),
            principal=_principal(top.child("principal")),
            subscriptions=_subscriptions(top),
            management_groups=_management_groups(top),
            groups=_groups(top),
            resources=_resources(top),
            permissions=_permissions(top),
            search_objects=_search_objects(Fields(top.value("search_objects", {}), "search_objects.")),
            app_settings=_app_settings(Fields(top.value("app_settings", {}), "app_settings.")),
            faults=tuple(read_fault(entry) for entry in top.each("faults")),
            events=tuple(read_event(entry) for entry in top.each("events")),
            long_running=_long_running(Fields(top.value("long_running", {}), "long_running.")),
            page_size=page_size,
        )


def _principal(fields: Fields) -> Principal:
    return Principal(
        object_id=fields.guid("object_id"),
        client_id=fields.guid("client_id"),
        client_secret=fields.text("client_secret"),
    )


def _subscriptions(top: Fields) -> tuple[Mapping[str, Any], ...]:
    seen: set[str] = set()
    for entry in top.each("subscriptions"):
        subscription_id = entry.guid("subscriptionId").lower()
        for name in ("displayName", "state"):
            entry.text(name)
        entry.guid("tenantId")
        if subscription_id in seen:
            raise entry.problem("subscriptionId", "occurs twice")
        seen.add(subscription_id)
    return tuple(top.value("subscriptions", []))


def _management_groups(top: Fields) -> tuple[ManagementGroup, ...]:
    entries = list(top.each("management_groups"))
    groups = tuple(
        ManagementGroup(
            name=entry.text("name"),
            display_name=entry.text("displayName", entry.text("name")),
            subscriptions=entry.texts("subscriptions"),
            children=entry.texts("children"),
        )
        for entry in entries
    )
    names = {group.name.lower() for group in groups}
    parented: set[str] = set()
    for entry, group in zip(entries, groups, strict=True):
        for child in (name.lower() for name in group.children):
            if child not in names:
                raise entry.problem("children", f"there is no management group {child!r}")
            if child in parented:
                raise entry.problem("children", f"{child!r} has another parent already")
            parented.add(child)
    # With one parent each, every group is reachable from a root unless some of them form a ring.
    _refuse_ring(groups, names - parented)
    return groups


def _refuse_ring(groups: tuple[ManagementGroup, ...], roots: set[str]) -> None:
    by_name = {group.name.lower(): group for group in groups}
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting.extend(child.lower() for child in by_name[name].children)
    unreached = sorted(set(by_name) - reached)
    if unreached:
        raise TenantFileError(f"management_groups: {unreached[0]!r} contains itself")


def _groups(top: Fields) -> Mapping[str, tuple[str, ...]]:
    members = Fields(top.value("groups", {}), "groups.")
    return {group_id.lower(): members.texts(group_id) for group_id in members.content}


def _resources(top: Fields) -> tuple[Mapping[str, Any], ...]:
    seen: set[str] = set()
    for entry in top.each("resources"):
        resource_id = entry.text("id")
        for name in ("name", "type"):
            entry.text(name)
        if not resource_id.startswith("/"):
            raise entry.problem("id", "must be a full ARM id")
        if key(resource_id) in seen:
            raise entry.problem("id", f"{resource_id!r} occurs twice")
        seen.add(key(resource_id))
        Fields(entry.value("properties", {}), f"{entry.where}properties.")
    return tuple(top.value("resources", []))


def _search_objects(fields: Fields) -> Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]:
    found: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {}
    for service in fields.content:
        collections = fields.child(service)
        collections.refuse_unknown(SEARCH_COLLECTIONS)
        for collection in collections.content:
            for entry in collections.each(collection):
                entry.text("name")
        found[key(service)] = collections.content
    return found


def _app_settings(fields: Fields) -> Mapping[str, Mapping[str, Any]]:
    return {key(site): fields.child(site).content for site in fields.content}


def _permissions(top: Fields) -> tuple[HeldPermission, ...] | None:
    if top.value("permissions", None) is None:
        return None
    return tuple(_permission(entry) for entry in top.each("permissions"))


def _permission(fields: Fields) -> HeldPermission:
    fields.refuse_unknown(_PERMISSION_KEYS)
    return HeldPermission(
        scope=fields.text("scope"),
        actions=fields.texts("actions"),
        not_actions=fields.texts("notActions"),
        data_actions=fields.texts("dataActions"),
        not_data_actions=fields.texts("notDataActions"),
    )


def _long_running(fields: Fields) -> LongRunning:
    fields.refuse_unknown(_LONG_RUNNING_KEYS)
    headers = Fields(fields.value("headers", _POLL_AGAIN), f"{fields.where}headers.")
    return LongRunning(
        polls=fields.integer("polls", 1), headers={name: headers.text(name) for name in headers.content}
    )
