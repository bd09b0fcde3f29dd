"""The resource that a Foundry connection leads to, and whether public networks reach it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from auditor.model.estate import Estate
from auditor.model.finding import Undecided
from auditor.model.ids import ArmId, same_text
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.foundry import CosmosAccount, FoundryConnection
from auditor.model.resources.perimeter import SearchPerimeterConfiguration, StoragePerimeterConfiguration
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource
from auditor.relate.owners import known
from auditor.rule import Fail, Pass, Verdict, View
from auditor_rules.openai.openai_public_network_access import openai_public_network_access
from auditor_rules.search.search_public_network_access import search_public_network_access
from auditor_rules.storage.storage_public_network_access import storage_public_network_access

READS: tuple[type[Resource], ...] = (
    CognitiveAccount,
    CosmosAccount,
    SearchPerimeterConfiguration,
    SearchService,
    StorageAccount,
    StoragePerimeterConfiguration,
)
_TYPES: tuple[type[Resource], ...] = (CognitiveAccount, CosmosAccount, SearchService, StorageAccount)


def _judge_cosmos(account: CosmosAccount, view: View) -> Verdict:
    access = account.public_network_access
    if access.value == "Disabled":
        return Pass(message="public network access is disabled", evidence=(access.evidence(),))
    if access.value == "SecuredByPerimeter":
        said = f"{account.name} is open as a network security perimeter says, which was not read"
        raise Undecided(said, Reason.UNEXPECTED_VALUE, evidence=(access.evidence(),))
    unset = "" if access.is_stated else ": the property is not set, which means enabled"
    return Fail(message=f"public network access is enabled{unset}", evidence=(access.evidence(),))


_JUDGES: Mapping[type[Resource], Callable[[Any, View], Verdict]] = {
    CognitiveAccount: openai_public_network_access.judge,
    CosmosAccount: _judge_cosmos,
    SearchService: search_public_network_access.judge,
    StorageAccount: storage_public_network_access.judge,
}


def judge_exposure(target: Resource, view: View) -> Verdict:
    """What the target's own public-access rule says of it. Raises Undecided."""
    return _JUDGES[type(target)](target, view)


def target_of(connection: FoundryConnection, estate: Estate) -> Resource:
    """The resource that was read. Raises Undecided where it is not in the inventory."""
    named = connection.resource_id
    if named.value is not None:
        return _by_id(named.value, connection, estate)
    host = _host(connection.target.value or "")
    for of in (CognitiveAccount, SearchService, StorageAccount):
        for row in estate.listed(of):
            if host in _hosts_of(row):
                return row
    said = f"the target of the connection, {connection.target.value!r}, is no resource that was read"
    raise Undecided(said, Reason.OUT_OF_SCOPE, evidence=(connection.target.evidence(),))


def _by_id(rid: ArmId, connection: FoundryConnection, estate: Estate) -> Resource:
    seen = (connection.resource_id.evidence(),)
    for of in _TYPES:
        if same_text(rid.resource_type or "", of.ARM_TYPE):
            found = estate.find(of, rid)
            if found is None:
                said = f"the target {rid} cannot be seen: deleted, or hidden from Reader"
                raise Undecided(said, Reason.HIDDEN, evidence=seen)
            return found
    said = f"targets of type {rid.resource_type} are not read: look at {rid.name} by hand"
    raise Undecided(said, Reason.OUT_OF_SCOPE, evidence=seen)


def _host(url: str) -> str:
    """The host in lower case, also of a target that is written without `https://`; empty for none."""
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""


def _hosts_of(row: Resource) -> frozenset[str]:
    if isinstance(row, CognitiveAccount):
        name = (known(row.custom_subdomain) or row.name).lower()
        endpoint = known(row.endpoint)
        suffixes = ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com")
        return frozenset((_host(endpoint or ""), *(f"{name}.{suffix}" for suffix in suffixes)))
    if isinstance(row, SearchService):
        return frozenset((f"{row.name}.search.windows.net".lower(),))
    services = ("blob", "dfs", "file", "table", "queue")
    return frozenset(f"{row.name}.{service}.core.windows.net".lower() for service in services)
