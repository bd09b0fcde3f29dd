"""The destination lists, how hosts cover each other, and what rules are called."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor_rules.hosts import why_broad
from auditor_rules.workspace.destinations import CURATED, DOCUMENTED, HUGGING_FACE, HostList
from auditor_rules.workspace.fqdns import covers
from auditor_rules.workspace.rule_names import free_name

LABELS = st.lists(st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True), min_size=2, max_size=4).map(".".join)
HOST = re.compile(r"(\*\.)?([a-z0-9-]+\.)+[a-z]+")


@pytest.mark.parametrize("found", DOCUMENTED, ids=lambda found: found.name)
def test_list_has_exact_hosts_a_source_and_a_date(found: HostList) -> None:
    assert found.hosts
    assert len(set(found.hosts)) == len(found.hosts)
    assert all(HOST.fullmatch(host) for host in found.hosts)
    assert urlsplit(found.source).scheme == "https"
    assert re.fullmatch(r"20\d\d(-\d\d)?", found.as_of)


@pytest.mark.parametrize("found", DOCUMENTED, ids=lambda found: found.name)
def test_documented_hosts_are_not_broad(found: HostList) -> None:
    assert [host for host in found.hosts if why_broad(host)] == []


def test_lists_of_the_model_catalog_have_seven_and_five_hosts() -> None:
    assert (len(CURATED.hosts), len(HUGGING_FACE.hosts)) == (7, 5)


@pytest.mark.parametrize(
    ("admitted", "wanted", "expected"),
    [
        ("a.example.com", "a.example.com", True),
        ("A.Example.com.", "a.example.com", True),
        ("a.example.com", "b.a.example.com", False),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "b.a.example.com", True),
        ("*.example.com", "*.example.com", True),
        ("*.example.com", "*.a.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "badexample.com", False),
        ("a.example.com", "*.example.com", False),
        ("*", "example.com", True),
    ],
)
def test_covers_follows_the_firewall_s_wildcards(admitted: str, wanted: str, expected: bool) -> None:
    assert covers(admitted, wanted) is expected


@given(host=LABELS, label=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
def test_wildcard_covers_what_is_below_and_never_its_apex(host: str, label: str) -> None:
    assert covers(f"*.{host}", f"{label}.{host}")
    assert not covers(f"*.{host}", host)
    assert not covers(f"*.{host}", f"{label}{host}")


@given(words=st.text(max_size=80), others=st.lists(st.text(max_size=40), max_size=5))
def test_rule_name_is_free_and_one_that_azure_takes(words: str, others: list[str]) -> None:
    first = free_name(words, others)
    second = free_name(words, [*others, first])
    for name in (first, second):
        assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}", name)
        assert name.casefold() not in {one.casefold() for one in others}
    assert first != second


def test_no_other_file_names_the_hosts_of_the_catalog() -> None:
    root = Path(__file__).parents[3]
    names = {host.removeprefix("*.") for host in (*CURATED.hosts, *HUGGING_FACE.hosts)}
    files = [
        path for part in ("auditor", "rules", "reports", "tests") for path in (root / part).rglob("*.py")
    ]
    naming = {
        path.name
        for path in files
        if any(re.search(rf"(?<![\w.-]){re.escape(name)}\b", path.read_text("utf-8")) for name in names)
    }
    assert naming == {"destinations.py"}
