"""Every real object of a type that we read goes through its decoder: nothing crashes, nothing is lost.

What a declaration does not know or cannot read is either listed here with the reason, or a failure.
`pytest -s` prints the counts.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from importlib import import_module
from pkgutil import iter_modules

import pytest

from auditor.collect import PACK
from auditor.model import resources
from auditor.model.ids import ArmId
from auditor.model.resources.search_service import SearchService
from auditor.model.wire import Fact, Misfit, Part, Resource, decode
from tests.real.payloads import Payload, derived_type, payloads, present

pytestmark = present


def _records() -> tuple[type[Resource], ...]:
    """Every class that stands for an ARM type, read by a source or not yet."""
    names = (found.name for found in iter_modules(resources.__path__, f"{resources.__name__}."))
    members = (member for name in names for member in vars(import_module(name)).values())
    found = {one for one in members if isinstance(one, type) and issubclass(one, Resource) and one.ARM_TYPE}
    return tuple(sorted(found, key=lambda of: of.__name__))


RECORDS = _records()

# The examples of this type have neither its type nor its id right.
MISSPELT = {
    "Microsoft.Network/privateLinkServices/privateDnsZoneGroups": (
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
    )
}

Odd = tuple[str, str, str]
"""Record class, path with `[]` for every index, and the JSON value as Python shows it."""

UNEXPECTED: Mapping[Odd, str] = {}
"""Enum values that stay unknown on purpose, each with the reason."""

MALFORMED: Mapping[Odd, str] = {
    ("Compute", "properties.properties.subnet.id", "'test-subnet-resource-id'"): "an example's stand-in",
    ("Vault", "properties.networkAcls.virtualNetworkRules[].id", "['']"): "an example left it empty",
    ("OnlineEndpoint", "properties.compute", "'string'"): "an example's stand-in",
}
"""Properties that really have the wrong form, each with the reason."""

UNDECODABLE: Mapping[tuple[str, str], str] = {}
"""Record class and id of objects that cannot be read at all, each with the reason."""

SEARCH_ITSELF = "search services answer for it themselves, and the payloads are Resource Manager's"
UNSEEN: Mapping[str, str] = {
    "AccountModel": "no payload lists the models of an account, whose rows have no id",
    "ClusterExtension": "no payload of Microsoft.KubernetesConfiguration is among them",
    "CosmosAccount": "no payload of Cosmos DB is among them",
    "FirewallPolicy": "firewalls are among the examples, their policies are not",
    "ManagedCluster": "no payload of Microsoft.ContainerService is among them",
    "ProjectConnection": "the only examples are of the account's own connections",
    "SearchDataSource": SEARCH_ITSELF,
    "SearchIndex": SEARCH_ITSELF,
    "SearchIndexer": SEARCH_ITSELF,
    "SearchSkillset": SEARCH_ITSELF,
    "SiteAuthentication": "its one example calls itself sites/authsettingsv2, which its own id is not",
    "SiteSettings": "settings are secrets, and in no payload",
    "Subscription": "not read: it is made from an audited id",
}
"""Record classes of which there is no real object, each with the reason."""


@dataclass(slots=True)
class Outcome:
    """What became of the objects of one record class."""

    objects: int = 0
    live: int = 0
    clean: int = 0
    malformed: Counter[Odd] = field(default_factory=Counter)
    unexpected: Counter[Odd] = field(default_factory=Counter)
    undecodable: dict[tuple[str, str], str] = field(default_factory=dict)


def of_type(of: type[Resource]) -> Iterator[Payload]:
    """The objects whose stated type, or failing that the type of their id, is the record's."""
    known = {record.ARM_TYPE.lower() for record in RECORDS}
    misspelt = {spelt.lower(): meant.lower() for spelt, meant in MISSPELT.items()}
    for payload in payloads():
        stated = misspelt.get(payload.type.lower(), payload.type.lower())
        found = stated if stated in known else derived_type(payload.id).lower()
        if found == of.ARM_TYPE.lower():
            yield payload


def facts(holder: Resource | Part) -> Iterator[Fact[object]]:
    """Every fact of a record, those of its parts included."""
    for one in fields(holder):
        found = getattr(holder, one.name)
        if isinstance(found, Part):
            yield from facts(found)
        elif isinstance(found, Fact):
            yield found
            if isinstance(found.meaning, tuple):
                for inner in found.meaning:
                    if isinstance(inner, Part):
                        yield from facts(inner)


def outcome_of(of: type[Resource], found: Iterable[Payload]) -> Outcome:
    outcome = Outcome()
    for payload in found:
        outcome.objects += 1
        outcome.live += payload.is_live
        try:
            decoded = decode(of, payload.body, ArmId.parse(payload.holder or payload.id))
        except Misfit as misfit:
            outcome.undecodable[of.__name__, payload.id] = misfit.expected
            continue
        odd = [fact for fact in facts(decoded.resource) if isinstance(fact.meaning, Misfit)]
        outcome.clean += not odd
        for fact in odd:
            kind = outcome.malformed if fact.is_malformed else outcome.unexpected
            kind[of.__name__, re.sub(r"\[\d+]", "[]", fact.path), repr(fact.raw)] += 1
        assert set(decoded.malformed) == {fact.path for fact in odd if fact.is_malformed}
    return outcome


def allowed(of: type[Resource], listed: Collection[tuple[str, ...]]) -> set[tuple[str, ...]]:
    return {key for key in listed if key[0] == of.__name__}


def summary(of: type[Resource], outcome: Outcome) -> str:
    odd = "".join(
        f"\n    {kind}: {count} × {path} = {value}"
        for kind, counted in (("malformed", outcome.malformed), ("unexpected", outcome.unexpected))
        for (_, path, value), count in counted.items()
    )
    lost = "".join(f"\n    undecodable: {rid}: {why}" for (_, rid), why in outcome.undecodable.items())
    return f"{of.__name__:22} {outcome.objects:5} {outcome.live:5} live {outcome.clean:5} clean{odd}{lost}\n"


@pytest.mark.parametrize("of", RECORDS, ids=lambda of: of.__name__)
def test_decode_of_every_real_object_knows_all_that_stands_in_it(
    of: type[Resource], record_property: Callable[[str, object], None]
) -> None:
    outcome = outcome_of(of, of_type(of))
    said = summary(of, outcome)
    record_property("decoded", said)
    sys.stdout.write(said)
    assert set(outcome.malformed) == allowed(of, MALFORMED), said
    assert set(outcome.unexpected) == allowed(of, UNEXPECTED), said
    assert set(outcome.undecodable) == allowed(of, UNDECODABLE), said
    assert (outcome.objects == 0) == (of.__name__ in UNSEEN), said


def test_records_are_all_that_sources_read() -> None:
    assert {of for source in PACK.sources for of in source.records} <= set(RECORDS)


def test_payloads_hold_recordings_and_examples_in_the_numbers_we_know() -> None:
    """A walker that lost a folder or a form of answer would leave every other test green."""
    live = [payload for payload in payloads() if payload.is_live]
    assert len(live) > 2000
    assert len(payloads()) - len(live) > 1200
    assert any(payload.holder for payload in live)
    assert len({payload.api_version for payload in live}) > 30


def test_outcome_of_odd_values_names_each_of_them() -> None:
    """The table above is only worth something where a wrong form and an unknown value show up in it."""
    rid = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Search/searchServices/s"
    bodies = (
        {"id": rid, "properties": {"publicNetworkAccess": "Sometimes", "disableLocalAuth": "true"}},
        {"id": rid, "properties": {"networkRuleSet": {"ipRules": [{"value": 1}]}}},
        {"id": "not an id"},
    )
    made = [
        Payload(
            origin="",
            position=0,
            is_live=True,
            holder="/subscriptions/s",
            api_version=None,
            id=rid,
            type=SearchService.ARM_TYPE,
            body=body,
        )
        for body in bodies
    ]
    outcome = outcome_of(SearchService, made)
    name = SearchService.__name__
    assert (outcome.objects, outcome.clean) == (3, 0)
    assert set(outcome.unexpected) == {(name, "properties.publicNetworkAccess", "'Sometimes'")}
    assert set(outcome.malformed) == {
        (name, "properties.disableLocalAuth", "'true'"),
        (name, "properties.networkRuleSet.ipRules[].value", "1"),
    }
    assert outcome.undecodable == {(name, rid): "an ARM id"}
