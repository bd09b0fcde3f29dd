"""Do the indexers that a shared private link serves run where it leads from? Read from the service itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from auditor.model.estate import Estate
from auditor.model.finding import NotRead, Severity
from auditor.model.ids import ArmId
from auditor.model.reasons import Reason
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_objects import SearchDataSource, SearchIndexer, SearchSkillset
from auditor.model.resources.search_service import SearchService, SharedPrivateLink
from auditor.model.wire import Resource
from auditor.relate.evidence import hosts
from auditor.rule import Fail, Pass, Remedy, Unknown, Verdict, attempt, worst

R = TypeVar("R", bound=Resource)

READS: tuple[type[Resource], ...] = (CognitiveAccount, SearchIndexer, SearchDataSource, SearchSkillset)
RUN_PRIVATELY = Remedy(
    summary='Set "executionEnvironment": "private" under parameters.configuration of the indexer.',
    az=None,
    url="https://learn.microsoft.com/azure/search/search-indexer-howto-access-private",
)

# Which groups of links a data source of a kind can use; of other kinds any. In lower case.
_GROUPS: Mapping[str, frozenset[str]] = {
    "azureblob": frozenset({"blob", "dfs"}),
    "adlsgen2": frozenset({"blob", "dfs"}),
    "azuretable": frozenset({"table"}),
    "azurefile": frozenset({"file"}),
    "azuresql": frozenset({"sqlserver", "managedinstance"}),
    "cosmosdb": frozenset({"sql", "mongodb", "gremlin"}),
    "mysql": frozenset({"mysqlserver"}),
}
_MODEL_GROUPS = frozenset({"openai_account", "cognitiveservices_account", "sites"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Objects:
    sources: Mapping[str, SearchDataSource]
    skillsets: Mapping[str, SearchSkillset]
    accounts: Mapping[str, ArmId]


def judge_indexers(
    estate: Estate, service: SearchService, links: Sequence[SharedPrivateLink], own: Severity
) -> Verdict:
    """Pass where every indexer that uses one of the links runs in the private environment.

    Raises NotRead where the service's objects were not read.
    """
    objects = _Objects(
        sources={row.name.casefold(): row for row in inside(estate, SearchDataSource, service.id)},
        skillsets={row.name.casefold(): row for row in inside(estate, SearchSkillset, service.id)},
        accounts=dict(hosts(estate, CognitiveAccount)),
    )
    indexers = inside(estate, SearchIndexer, service.id)
    found = [attempt(partial(_judge, indexer, links, objects)) for indexer in indexers]
    said = "no indexer uses a link outside the private environment"
    return worst((*found, Pass(message=said)), own=own)


def inside(estate: Estate, of: type[R], service: ArmId) -> tuple[R, ...]:
    """All there is of a type in a service. Raises NotRead also where one of them could not be made out."""
    rows = estate.children(of, service)
    for gap in estate.gaps(of):
        if gap.scope.is_within(service):
            raise NotRead(gap)
    return rows


def _judge(indexer: SearchIndexer, links: Sequence[SharedPrivateLink], objects: _Objects) -> Verdict:
    used = tuple(_used(indexer, links, objects))
    possible = () if used else tuple(_possibly_used(indexer, links, objects))
    environment = indexer.environment
    if not (used or possible) or environment.value == "private":
        return Pass(message=f"the indexer {indexer.name} runs as its links need it")
    seen = (environment.evidence(), indexer.data_source.evidence(), indexer.skillset.evidence())
    if used:
        names = ", ".join(link.name for link in used)
        said = f"the indexer {indexer.name} does not run in the private environment, so it goes round {names}"
        return Fail(message=said, evidence=seen, remedy=RUN_PRIVATELY)
    names = ", ".join(link.name for link in possible)
    said = (
        f"the indexer {indexer.name} does not run in the private environment; whether it should, for"
        f" {names}, is not known: the service withholds what its data source connects to"
    )
    return Unknown(message=said, reason=Reason.AMBIGUOUS, evidence=seen)


def _used(
    indexer: SearchIndexer, links: Sequence[SharedPrivateLink], objects: _Objects
) -> Iterator[SharedPrivateLink]:
    """The links that lead to the store the indexer reads, and to the models that its skills call."""
    source = objects.sources.get((indexer.data_source.value or "").casefold())
    skillset = objects.skillsets.get((indexer.skillset.value or "").casefold())
    connected = source.connection.value if source else None
    called = {objects.accounts.get(host) for host in (skillset.skill_hosts.value if skillset else None) or ()}
    for link in links:
        target, group = link.target.value, (link.group.value or "").casefold()
        reads = source is not None and connected is not None and connected.target == target
        if target is not None and ((reads and _fits(source, group)) or target in called):
            yield link


def _possibly_used(
    indexer: SearchIndexer, links: Sequence[SharedPrivateLink], objects: _Objects
) -> Iterator[SharedPrivateLink]:
    """The links that a data source may use that does not say what it connects to."""
    source = objects.sources.get((indexer.data_source.value or "").casefold())
    connected = source.connection.value if source else None
    if source is None or (connected is not None and connected.target is not None):
        return
    for link in links:
        group = (link.group.value or "").casefold()
        if group not in _MODEL_GROUPS and _fits(source, group):
            yield link


def _fits(source: SearchDataSource | None, group: str) -> bool:
    kind = (source.kind.value or "").casefold() if source else ""
    return group in _GROUPS.get(kind, frozenset({group}))
