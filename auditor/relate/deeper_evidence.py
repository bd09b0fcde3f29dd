"""Tier 3 of the evidence that two resources belong together: what the steps beyond Reader show.

Data sources, skillsets and vectorizers of a search service, and the settings of web and container apps. A
service that is named by its host or name must be one that was read; nothing is guessed from a name alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.model.estate import Estate
from auditor.model.ids import ArmId
from auditor.model.resources.app_settings import (
    AppSettings,
    ContainerAppSettings,
    Setting,
    SiteSettings,
)
from auditor.model.resources.cognitive_account import CognitiveAccount
from auditor.model.resources.search_objects import (
    SearchDataSource,
    SearchIndex,
    SearchSkillset,
    host_of,
)
from auditor.model.resources.search_service import SearchService
from auditor.model.wire import Fact, Resource
from auditor.relate.evidence import Answering, Edge, hosts
from auditor.relate.owners import known

READS: tuple[type[Resource], ...] = (
    SearchIndex,
    SearchDataSource,
    SearchSkillset,
    SiteSettings,
    ContainerAppSettings,
)
_Settings = tuple[AppSettings, ...]


def gather_deeper(estate: Estate) -> tuple[Edge, ...]:
    """The evidence of tier 3, ordered; empty where neither step was asked for."""
    found = (*_data_sources(estate), *_models(estate), *_settings(estate))
    return tuple(dict.fromkeys(sorted(found, key=lambda e: (e.source.key, e.target.key, e.kind, e.path))))


def _data_sources(estate: Estate) -> Iterator[Edge]:
    for row in estate.listed(SearchDataSource):
        connected = known(row.connection)
        if connected is not None and connected.target is not None:
            yield _edge(row, connected.target, "search-data-source", row.connection)


def _models(estate: Estate) -> Iterator[Edge]:
    """The accounts whose hosts skills and vectorizers call."""
    accounts = dict(hosts(estate, CognitiveAccount))
    called: list[tuple[Resource, Fact[tuple[str, ...] | None], str]] = [
        *((row, row.skill_hosts, "search-skillset") for row in estate.listed(SearchSkillset)),
        *((row, row.vectorizer_hosts, "search-vectorizer") for row in estate.listed(SearchIndex)),
    ]
    for row, fact, kind in called:
        for host in known(fact) or ():
            if (account := accounts.get(host)) is not None:
                yield _edge(row, account, kind, fact)


def _edge(row: Resource, target: ArmId, kind: str, fact: Fact[Any]) -> Edge:
    return Edge(source=row.scope, target=target, tier=3, kind=kind, path=f"{row.name}.{fact.path}")


def _settings(estate: Estate) -> Iterator[Edge]:
    models, indexes = _callable(estate, CognitiveAccount), _callable(estate, SearchService)
    rows: _Settings = (*estate.listed(SiteSettings), *estate.listed(ContainerAppSettings))
    for row in rows:
        named = (
            *((fact, models) for fact in (row.openai_resource, row.openai_endpoint, row.openai_api_url)),
            (row.search_service, indexes),
        )
        for fact, targets in named:
            if (target := targets.get(_said(fact))) is not None:
                path = f"settings.{fact.path.rpartition('.')[2]}"
                yield Edge(source=row.app, target=target, tier=3, kind="app-setting", path=path)


def _callable(estate: Estate, of: Answering) -> Mapping[str, ArmId]:
    """The services that apps may call, by host and by the first label of it, where that is nobody else's."""
    found = dict(hosts(estate, of))
    return {**_unambiguous(found.items()), **found}


def _unambiguous(named: Iterable[tuple[str, ArmId]]) -> dict[str, ArmId]:
    first: dict[str, ArmId | None] = {}
    for host, rid in named:
        label = host.partition(".")[0]
        first[label] = rid if first.get(label, rid) == rid else None
    return {label: rid for label, rid in first.items() if rid is not None}


def _said(fact: Fact[Setting | None]) -> str:
    """The host or name that a setting says, in lower case; empty where it says none that can be known."""
    setting = known(fact)
    if setting is None or setting.value is None:
        return ""
    return host_of(setting.value) or setting.value.lower()
