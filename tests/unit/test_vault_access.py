"""Access policies: whose entries count, what `all` means, and what is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.finding import Undecided
from auditor.model.ids import ArmId
from auditor.model.resources.key_vault import AccessPolicy, Vault
from auditor.model.wire import decode
from auditor.relate.vault_access import EVERY, LATER, PURGE, allowed, lacking, purgers

SCOPE = ArmId.parse("/subscriptions/s")
KINDS = st.sampled_from(sorted(EVERY))
FULL: dict[str, Sequence[str]] = {str(kind): names for kind, names in EVERY.items()}
NAMES = st.sampled_from(sorted({name for names in (*EVERY.values(), *LATER.values()) for name in names}))
LISTS = st.dictionaries(KINDS, st.lists(NAMES, max_size=8))


def policies(*entries: Mapping[str, object]) -> tuple[AccessPolicy, ...]:
    body = {
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
        "properties": {"accessPolicies": list(entries)},
    }
    return decode(Vault, body, SCOPE).resource.access_policies.value


def entry(
    principal: object, permissions: Mapping[str, Sequence[str] | None], **more: object
) -> dict[str, object]:
    lists = {kind: names if names is None else list(names) for kind, names in permissions.items()}
    return {"objectId": principal, "permissions": lists, **more}


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        (FULL, set()),
        ({kind: ["all"] for kind in EVERY}, set()),
        ({kind: ["All"] for kind in EVERY}, set()),
        ({kind: [name.upper() for name in names] for kind, names in EVERY.items()}, set()),
        ({**FULL, "keys": [*EVERY["keys"], PURGE]}, set()),
        ({**FULL, "secrets": ["get", "list"]}, {"secrets"}),
        ({**FULL, "certificates": None}, {"certificates"}),
        ({"keys": ["all"]}, {"secrets", "certificates"}),
        ({}, set(EVERY)),
    ],
)
def test_lacking_of_an_entry_names_the_kinds(
    permissions: Mapping[str, Sequence[str] | None], missing: set[str]
) -> None:
    found = allowed(policies(entry("P-1", permissions)), ("p-1",))
    assert set(lacking(found)) == missing


def test_lacking_of_a_kind_names_each_permission_but_purge() -> None:
    found = allowed(policies(entry("p", {**FULL, "secrets": ["get", "list", "set"]})), ("p",))
    assert lacking(found) == {"secrets": ("backup", "delete", "recover", "restore")}


def test_allowed_ignores_entries_of_others_and_of_applications() -> None:
    rows = policies(entry("other", FULL), entry("p", FULL, applicationId="app"))
    assert set(lacking(allowed(rows, ("p",)))) == set(EVERY)


def test_allowed_unites_entries_of_several_principals() -> None:
    halves = ({"keys": ["all"]}, {"secrets": ["all"], "certificates": ["all"]})
    rows = policies(entry("p", halves[0]), entry("group", halves[1]))
    assert lacking(allowed(rows, ("p", "group"))) == {}


def test_allowed_malformed_entry_is_undecided() -> None:
    with pytest.raises(Undecided):
        allowed(policies({"objectId": "p", "permissions": {"keys": 3}}), ("p",))


def test_purgers_are_those_with_purge_or_all_of_any_kind() -> None:
    rows = policies(
        entry("A", {"keys": ["Purge"]}),
        entry("b", {"storage": ["all"]}),
        entry("c", FULL),
        entry(None, {"keys": ["purge"]}),
    )
    assert sorted(purgers(rows)) == ["a", "b"]


@given(first=LISTS, second=LISTS)
def test_allowed_grows_with_every_entry(first: dict[str, list[str]], second: dict[str, list[str]]) -> None:
    less = allowed(policies(entry("p", first)), ("p",))
    more = allowed(policies(entry("p", first), entry("p", second)), ("p",))
    assert all(less[kind] <= more[kind] for kind in EVERY)
    assert set(lacking(more)) <= set(lacking(less))


@given(lists=LISTS)
def test_lacking_and_allowed_make_up_the_whole(lists: dict[str, list[str]]) -> None:
    found = allowed(policies(entry("p", lists)), ("p",))
    for kind, names in EVERY.items():
        missing = set(lacking(found).get(kind, ()))
        assert missing.isdisjoint(found[kind])
        assert missing | (set(names) & {name for name in names if name.lower() in found[kind]}) == set(names)
