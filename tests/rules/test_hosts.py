"""Which entries of an allow-list are broad."""

from __future__ import annotations

import pytest

from auditor_rules.hosts import why_broad

BROAD = (
    ("*", "every host"),
    ("", "every host"),
    ("*.com", "a whole top-level domain"),
    ("net", "a whole top-level domain"),
    ("*.blob.core.windows.net", "anybody can have a host there"),
    ("blob.core.windows.net.", "anybody can have a host there"),
    ("HTTPS://Windows.Net/", "anybody can have a host there"),
    ("raw.githubusercontent.com", "a file-sharing site"),
    ("www.dropbox.com:443", "a file-sharing site"),
    ("a*b.example.com", "a wildcard inside the name"),
    ("0.0.0.0/0", "a large address range"),
    ("10.0.0.0/8", "a large address range"),
    ("::/0", "a large address range"),
)
NARROW = (
    "stnorrlandclaims.blob.core.windows.net",
    "*.norrland.example",
    "api.norrland.example",
    "notdropbox.com",
    "203.0.113.7",
    "203.0.113.0/24",
    "2001:db8::1",
    "https://api.norrland.example/path",
)


@pytest.mark.parametrize(("entry", "why"), BROAD)
def test_why_broad_of_many_parties_says_why(entry: str, why: str) -> None:
    assert why_broad(entry) == why


@pytest.mark.parametrize("entry", NARROW)
def test_why_broad_of_one_party_says_nothing(entry: str) -> None:
    assert why_broad(entry) is None
