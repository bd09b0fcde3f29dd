"""Which storage accounts a search service reads: the subjects of search-storage-reachability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.resources.search_service import SearchService
from auditor.model.resources.storage_account import StorageAccount
from auditor.model.wire import Resource
from auditor.relate.ties import Tie
from auditor.relate.workloads import READS as RELATION_READS
from auditor.rule import Excluded, Subject, View
from auditor_rules.subjects import CONFIDENCE, alone


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAndStorage:
    search: SearchService
    storage: StorageAccount
    tie: Tie


@dataclass(frozen=True, slots=True, kw_only=True)
class StoragePairs:
    """Each search service with each related storage account; related is the account.

    Storage of no AI workload is left out, unless all resources are asked for. A service without any is
    excluded and says so, or is unknown where an account might have been missed.
    """

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (SearchService,)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return RELATION_READS

    def __call__(self, view: View, /) -> Iterator[Subject[SearchAndStorage] | Excluded]:
        accounts = {row.id: row for row in view.estate.listed(StorageAccount)}
        for search in view.estate.listed(SearchService):
            partners = view.relations.partners(search.id, "storage")
            ours = [
                (accounts[rid], tie)
                for rid, tie in partners
                if rid in accounts and (view.all_resources or view.relations.workloads_of(rid))
            ]
            if not ours:
                yield alone(view, search, "no storage account that the search service reads is related to it")
            for storage, tie in ours:
                yield Subject(
                    resource=search,
                    judged=SearchAndStorage(search=search, storage=storage, tie=tie),
                    related=(storage.id.text,),
                    confidence=CONFIDENCE[tie],
                )


STORAGE_PAIRS = StoragePairs()
