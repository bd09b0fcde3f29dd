"""What stands in the cassettes: nothing secret, nobody's id but the sample tenant's, and not too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from vcr.serializers import yamlserializer

from auditor.sandbox import Tenant
from auditor.sandbox.entra import access_token
from tests.collect import record
from tests.collect.deeper import SCENARIOS
from tests.collect.scenarios import CASSETTES, PORT, SEARCH_SUFFIX
from tests.collect.scrubbing import KNOWN_GUIDS, is_fake_guid

# Cassettes of fixes hold writes: tests/fix/guided/test_tapes.py looks at them.
FILES = sorted(path for path in CASSETTES.rglob("*.yaml") if "fixes" not in path.parts)
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
SECRETS = {
    "a bearer token": re.compile(r"\bbearer\s+[\w.~+/-]{8,}", re.IGNORECASE),
    "a JWT": re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
    "a sandbox token": re.compile(re.escape(access_token(Tenant.sample()))),
    "a client secret": re.compile(re.escape(Tenant.sample().principal.client_secret)),
    "a secret of Entra's shape": re.compile(r"(?<![\w~.-])[\w.-]{3}\dQ~[\w~.-]{31,34}"),
    "a 64-byte key": re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}=="),
    "a shared access signature": re.compile(r"[?&;]sig=|SharedAccessSignature", re.IGNORECASE),
    "a connection string": re.compile(r"AccountKey=|InstrumentationKey=|Password=", re.IGNORECASE),
    "a secret member": re.compile(
        r"\"?(?:access_token|refresh_token|id_token|client_secret|client_assertion|primaryKey|adminKey|password)\"?"
        r"\s*[:=]\s*(?!\"?(?:REDACTED|null)\b)",
        re.IGNORECASE,
    ),
    "a private key": re.compile("BEGIN [A-Z ]*PRIVATE KEY"),
    "an e-mail address": re.compile(r"[\w.+-]+@(?!odata\b)[\w-]+\.[\w.-]+"),
}
HEADERS = {"accept", "content-type", "retry-after", "x-ms-ratelimit-remaining-subscription-reads"}


def _interactions(path: Path) -> Iterator[dict[str, Any]]:
    yield from yamlserializer.deserialize(path.read_text(encoding="utf-8"))["interactions"]


def test_cassettes_are_those_of_the_scenarios() -> None:
    assert {path.relative_to(CASSETTES).with_suffix("").as_posix() for path in FILES} == set(SCENARIOS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_cassette_holds_no_secret_and_no_stranger(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name, pattern in SECRETS.items() if pattern.search(text)] == []
    sample = (CASSETTES.parent / "auditor/sandbox/sample/tenant.json").read_text(encoding="utf-8")
    own = {found.lower() for found in GUID.findall(sample)}
    guids = {found.lower() for found in GUID.findall(text)}
    assert {guid for guid in guids - own - KNOWN_GUIDS if not is_fake_guid(guid)} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_cassette_is_small_and_holds_reads_alone(path: Path) -> None:
    assert path.stat().st_size < 500_000
    interactions = list(_interactions(path))
    assert 1 <= len(interactions) <= 300
    for interaction in interactions:
        request, response = interaction["request"], interaction["response"]
        lists_settings = request["uri"].partition("?")[0].endswith("/config/appsettings/list")
        assert (request["method"], request["body"]) == ("POST" if lists_settings else "GET", None)
        host = urlsplit(request["uri"]).netloc
        assert host == urlsplit(record.CLOUD.arm_url).netloc or host.endswith(f".{SEARCH_SUFFIX}")
        assert {name.lower() for name in (*request["headers"], *response["headers"])} <= HEADERS


@pytest.mark.parametrize(
    ("name", "leak"),
    [
        ("a bearer token", "Authorization: Bearer abcdefgh12345678"),
        ("a JWT", "eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJ4In0.c2ln"),
        ("a sandbox token", access_token(Tenant.sample())),
        ("a client secret", "client_id=x&secret=sandbox-only"),
        ("a secret of Entra's shape", f"secret: abc8Q~{'x' * 33}"),
        ("a 64-byte key", f'"{"A" * 86}=="'),
        ("a shared access signature", "https://x.blob.core.windows.net/c?sv=1&sig=abc"),
        ("a connection string", "DefaultEndpointsProtocol=https;AccountKey=abc"),
        ("a secret member", '"client_secret": "hunter2"'),
        ("a private key", "-----BEGIN RSA PRIVATE KEY-----"),
        ("an e-mail address", "createdBy: someone@contoso.com"),
    ],
)
def test_search_for_secrets_finds_one_that_is_there(name: str, leak: str) -> None:
    assert SECRETS[name].search(f"x {leak} y")


async def test_recording_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    try:
        await record.record_all(
            lambda scenario: tmp_path / f"{scenario.label}.yaml", list(SCENARIOS.values())
        )
    except OSError:
        pytest.skip(f"port {PORT} is taken on this machine")
    for scenario in SCENARIOS.values():
        again = (tmp_path / f"{scenario.label}.yaml").read_bytes()
        assert again == scenario.path.read_bytes(), f"{scenario.label} is out of date: run `make record`"
