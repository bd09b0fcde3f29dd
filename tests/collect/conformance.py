"""What the typed clients make of the facts that our collectors read, from cassettes and from probes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from auditor.model.ids import ArmId
from auditor.model.resources.access import PrincipalAssignment, RoleDefinition
from auditor.model.resources.cognitive_account import AccountModel
from auditor.model.resources.compute import BatchEndpoint, Compute, OnlineDeployment, OnlineEndpoint
from auditor.model.resources.connection import WorkspaceConnection
from auditor.model.resources.network import Subnet, VirtualNetwork
from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.resources.workspace import ConnectedResource, Datastore, OutboundRule, Workspace
from auditor.model.wire import Resource, decode
from tests.collect.compare import Compared, compared
from tests.collect.probe import answers_for, write_cassette
from tests.collect.replay import replay
from tests.collect.scenarios import AI_PROD, SCENARIOS, SERVICES
from tests.collect.typed import TYPED, typed_replay

DOCUMENT = Path(__file__).parents[2] / "docs" / "decisions" / "reading-the-wire.md"
ROW = "| azure-"
PACKAGES: Mapping[str, str] = {
    "authorization": "azure-mgmt-authorization",
    "cognitiveservices": "azure-mgmt-cognitiveservices",
    "machinelearning": "azure-ai-ml",
    "network": "azure-mgmt-network",
    "search": "azure-mgmt-search",
    "storage": "azure-mgmt-storage",
}
_UNLISTED: Mapping[str, type[Resource]] = {"machinelearning": WorkspaceConnection}
# azure-ai-ml shows these by entities that share no member names with the wire; a model in an account's list
# has no id by which a row of the one side could be found on the other.
_NOT_COMPARED = (Compute, OnlineEndpoint, OnlineDeployment, BatchEndpoint, AccountModel)
# Where a typed client fails for a value it does not know, the probe states one that it does.
_KNOWN_VALUES: Mapping[type[Resource], Mapping[str, Any]] = {
    SearchService: {"publicNetworkAccess": "SecuredByPerimeter"},
    StorageAccount: {"publicNetworkAccess": "SecuredByPerimeter"},
    Datastore: {
        "datastoreType": "AzureBlob",
        "containerName": "c",
        "credentials": {"credentialsType": "None"},
    },
    ConnectedResource: {"category": "AzureOpenAI", "authType": "AAD"},
    OutboundRule: {"type": "FQDN", "destination": "packages.example.com"},
    Workspace: {"hubResourceId": None, "associatedWorkspaces": None},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """`seen` counts facts that both sides see alike; `unmatched` are rows that only the typed client has."""

    seen: int
    missing: frozenset[type[Resource]]
    unmatched: tuple[str, ...]
    differing: frozenset[Compared]


def of_recording(service: str) -> Conformance:
    """The service's `listed` cassette, read by both."""
    estate = replay(f"{service}/listed").estate
    types = [of for of in estate.tables if _own(service, of)]
    ours = [row for of in types for row in estate.listed(of) if row.id.subscription_id in {None, AI_PROD}]
    return _compare(service, SCENARIOS[f"{service}/listed"].path, ours)


def of_probe(service: str, directory: Path) -> Conformance:
    """One resource of each type that states every fact that we declare."""
    types = [of for source in SERVICES[service] for of in source.records if _own(service, of)]
    answers = answers_for(types)
    for of in _KNOWN_VALUES:
        for row in _bodies(answers, of):
            row["properties"].update(_KNOWN_VALUES[of])
    ours = [
        decode(of, row, ArmId.parse("/")).resource
        for of in dict.fromkeys(types)
        for row in _bodies(answers, of)
    ]
    path = directory / f"{service}.yaml"
    write_cassette(path, _as_asked_for(answers))
    return _compare(service, path, ours)


def _own(service: str, of: type[Resource]) -> bool:
    foreign = service == "authorization" and not of.ARM_TYPE.startswith("Microsoft.Authorization")
    return not foreign and of is not PrincipalAssignment and of not in _NOT_COMPARED


def _bodies(answers: Mapping[str, Iterable[dict[str, Any]]], of: type[Resource]) -> list[dict[str, Any]]:
    return [row for rows in answers.values() for row in rows if row["type"] == of.ARM_TYPE]


def _as_asked_for(answers: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Subnets stand inside their network; role definitions are asked for by kind."""
    subnets = _bodies(answers, Subnet)
    for network in _bodies(answers, VirtualNetwork):
        network["properties"]["subnets"] = subnets
    asked: dict[str, list[dict[str, Any]]] = {}
    for path, rows in answers.items():
        if rows[0]["type"] == RoleDefinition.ARM_TYPE:
            asked[f"{path}?$filter=type eq 'CustomRole'"] = rows
            asked[f"{path}?$filter=type eq 'BuiltInRole'"] = []
        else:
            asked[path] = rows
    return asked


def _compare(service: str, cassette: Path, ours: Iterable[Resource]) -> Conformance:
    with typed_replay(cassette):
        listed = TYPED[service]()
    theirs = {ArmId.parse(row["id"]): row for rows in listed.values() for row in rows}
    by_id = {row.id: row for row in ours}
    found = [one for rid in by_id.keys() & theirs.keys() for one in compared(by_id[rid], theirs[rid])]
    return Conformance(
        seen=sum(1 for one in found if one.verdict == "same"),
        missing=frozenset(type(row) for rid, row in by_id.items() if rid not in theirs),
        unmatched=tuple(rid.text for rid in theirs if rid not in by_id),
        differing=frozenset(one for one in found if one.verdict != "same"),
    )


_WORDS = {
    "lost": "not in the model",
    "different": "said otherwise",
    "invented": "stated though the answer left it out",
    "unlisted": "no operation lists it",
}


def table(found: Mapping[str, Iterable[Conformance]]) -> list[str]:
    """The rows of the table in docs/decisions/reading-the-wire.md, by service."""
    rows = set[tuple[str, str, str, str]]()
    for service, conformances in found.items():
        for conformance in conformances:
            for one in conformance.differing:
                rows.add((PACKAGES[service], one.type, one.path, _WORDS[one.verdict]))
            for of in conformance.missing:
                rows.add((PACKAGES[service], of.ARM_TYPE, "*", _WORDS["unlisted"]))
    return [f"| {package} | `{of}` | `{path}` | {what} |" for package, of, path, what in sorted(rows)]


def unlisted(service: str) -> frozenset[type[Resource]]:
    """Types that the service's typed client has no list for."""
    return frozenset({_UNLISTED[service]} if service in _UNLISTED else ())


def renew(document: Path) -> None:
    """Write the table's rows anew, in place of those that stand in the document."""
    with TemporaryDirectory() as directory:
        found = {service: (of_recording(service), of_probe(service, Path(directory))) for service in PACKAGES}
    lines = document.read_text(encoding="utf-8").splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(ROW))
    rest = [line for line in lines[first:] if not line.startswith(ROW)]
    document.write_text("\n".join([*lines[:first], *table(found), *rest, ""]), encoding="utf-8")


if __name__ == "__main__":
    renew(DOCUMENT)
