"""What lies inside a search service: indexes, data sources, skillsets and indexers, as its own endpoint says.

They are no ARM resources. Each is kept under an id of the form that ARM would give it, and its type is the
one that the actions on it carry. Whatever may hold a credential is withheld: a data source's connection, and
the addresses that skills and vectorizers call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from auditor.model.ids import ArmId, MalformedId
from auditor.model.wire import Fact, Misfit, Part, Resource, choice, flag, parts, text, withheld

INDEXES = "https://learn.microsoft.com/rest/api/searchservice/indexes/get"
SOURCES = "https://learn.microsoft.com/azure/search/search-howto-managed-identities-storage"
PRIVATE = "https://learn.microsoft.com/azure/search/search-indexer-howto-access-private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """What a data source connects to: the resource that its connection names; None where it names none, as
    with keys, which the service never gives back."""

    target: ArmId | None


def _connected(raw: object) -> Connected:
    """From `ResourceId=/subscriptions/…/storageAccounts/x;`, the form without keys."""
    if not isinstance(raw, str):
        raise Misfit("text")
    for setting in raw.split(";"):
        name, _, value = setting.partition("=")
        if name.strip().lower() == "resourceid":
            try:
                return Connected(target=ArmId.parse(value.strip()))
            except MalformedId:
                break
    return Connected(target=None)


def _hosts(raw: object) -> tuple[str, ...]:
    """The hosts of addresses, in lower case; what is no https address has none."""
    if not isinstance(raw, list):
        raise Misfit("a list")
    return tuple(dict.fromkeys(filter(None, map(host_of, raw))))


def host_of(address: object) -> str:
    """The host of an http address in lower case; empty where there is none."""
    if not isinstance(address, str):
        return ""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexField(Part):
    """One field at the top of an index. `type` is an EDM type such as `Collection(Edm.String)`."""

    name: Fact[str | None] = text("name", source=INDEXES)
    type: Fact[str | None] = text("type", source=INDEXES)
    filterable: Fact[bool | None] = flag("filterable", source=INDEXES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchIndex(Resource):
    """An index's definition, never its documents. `scope` is the search service."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/indexes"

    fields: Fact[tuple[IndexField, ...]] = parts("fields", IndexField, source=INDEXES)
    vectorizer_hosts: Fact[tuple[str, ...] | None] = withheld(
        "vectorSearch.vectorizers[].azureOpenAIParameters.resourceUri", _hosts
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchDataSource(Resource):
    """What indexers read from. `kind` is the kind of store (`azureblob`)."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/dataSources"

    kind: Fact[str | None] = text("type")
    connection: Fact[Connected | None] = withheld("credentials.connectionString", _connected, source=SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchSkillset(Resource):
    """What indexers send documents through. The hosts are those of models that skills call."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/skillsets"

    skill_hosts: Fact[tuple[str, ...] | None] = withheld("skills[].resourceUri", _hosts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchIndexer(Resource):
    """What fills an index. Shared private links reach it only where it says that it runs privately."""

    ARM_TYPE: ClassVar[str] = "Microsoft.Search/searchServices/indexers"

    data_source: Fact[str | None] = text("dataSourceName")
    skillset: Fact[str | None] = text("skillsetName")
    environment: Fact[str] = choice(
        "parameters.configuration.executionEnvironment",
        "standard",
        "private",
        absent="standard",
        source=PRIVATE,
    )


SEARCH_OBJECTS: tuple[type[Resource], ...] = (SearchIndex, SearchDataSource, SearchSkillset, SearchIndexer)
