"""``record --live`` against a tenant behind TLS, the sandbox in the part of somebody's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.collect.session import Way
from auditor.model.clouds import Cloud
from auditor.model.wire import Resource
from auditor.sandbox import Tenant
from auditor.sandbox.server import serving
from tests.collect.cassette import replaying
from tests.collect.record import reading, record_live
from tests.collect.replay import STATIC
from tests.collect.scenarios import SERVICES, Reading, Scenario, read, sample_file
from tests.collect.scrubbing import KNOWN_GUIDS, Scrubber, is_fake_guid

GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


async def _recorded(directory: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Records the sample tenant in short pages; returns the address that stands in the cassettes."""
    tenant = Tenant.from_json({**sample_file(), "page_size": 2})
    monkeypatch.setenv("AZURE_TENANT_ID", tenant.tenant_id)
    monkeypatch.setenv("AZURE_CLIENT_ID", tenant.principal.client_id)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", tenant.principal.client_secret)
    scrubber = Scrubber(key=b"a key of these tests")
    async with serving(tenant) as server:
        way = Way(arm_endpoint=server.url, ca_bundle=str(server.ca_file), auth="environment")
        await record_live(directory, way, (), scrubber)
        return scrubber.url(server.url)


async def _replayed(path: Path, service: str, arm_url: str) -> Reading:
    cloud = Cloud(
        name="Scrubbed",
        arm_url=arm_url,
        scope=f"{arm_url}/.default",
        authority=arm_url,
        storage_suffix="core.windows.net",
        search_suffix="search.windows.net",
        search_scope="https://search.azure.com/.default",
        verifies_authority=False,
    )
    async with reading(STATIC, None, cloud) as readers:
        with replaying(path) as tape:
            found = await read(readers, Scenario(service=service, name="live", subscriptions=()))
        assert tape.all_played
        return found


async def test_live_recording_names_nobody_and_replays_through_the_collectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arm_url = await _recorded(tmp_path, monkeypatch)
    assert {path.parent.name for path in tmp_path.rglob("live.yaml")} == set(SERVICES)
    for service in SERVICES:
        path = tmp_path / service / "live.yaml"
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"norrland|sandbox|actuar|underwrit", text, re.IGNORECASE) == []
        guids = {found.lower() for found in GUID.findall(text)} - KNOWN_GUIDS
        assert [guid for guid in guids if not is_fake_guid(guid)] == []
        found = await _replayed(path, service, arm_url)
        rows = {of: len(table.rows) for of, table in found.estate.tables.items()}
        assert rows == _rows_of_the_sample(rows), service


def _rows_of_the_sample(types: dict[type[Resource], int]) -> dict[type[Resource], int]:
    """How many rows the tenant holds of each type, but those that only a list's filter makes."""
    found = {}
    for of, rows in types.items():
        own = [row for row in sample_file()["resources"] if row["type"].lower() == of.ARM_TYPE.lower()]
        embedded = not own
        found[of] = rows if embedded or of.__name__ == "PrincipalAssignment" else len(own)
    return found
