"""Reads a cassette back through the collectors: no server, no sign-in."""

from __future__ import annotations

import asyncio
from typing import Any

from auditor.model.finding import Gap
from auditor.model.ids import ArmId
from auditor.model.wire import Fact, Part, Resource
from auditor.sandbox.transport import SandboxCredential
from tests.collect.cassette import replaying
from tests.collect.deeper import SCENARIOS
from tests.collect.record import reading
from tests.collect.scenarios import Reading, read, sample_file

STATIC = SandboxCredential(lambda _scope: "REDACTED")


def replay(label: str) -> Reading:
    """What the collectors make of the cassette `service/scenario`, every answer of which must be used."""

    async def replayed() -> Reading:
        scenario = SCENARIOS[label]
        async with reading(STATIC, None) as readers:
            with replaying(scenario.path) as tape:
                found = await read(readers, scenario)
            assert tape.all_played, f"{label} holds answers that nobody asked for: run `make record`"
            return found

    return asyncio.run(replayed())


def ids_in_the_file(of: type[Resource]) -> set[ArmId]:
    """The ids of everything of a type that the sample tenant's file holds; never empty."""
    rows = sample_file()["resources"]
    found = {ArmId.parse(row["id"]) for row in rows if row["type"].lower() == of.ARM_TYPE.lower()}
    assert found, f"the sample tenant holds no {of.ARM_TYPE}"
    return found


def named(found: Reading, of: type[Resource]) -> dict[str, Any]:
    """What was read of a type, by name; the names must differ."""
    rows = found.estate.listed(of)
    by_name = {row.name: row for row in rows}
    assert len(by_name) == len(rows)
    return by_name


def gaps(found: Reading) -> set[tuple[str, str, str, int | None, str | None]]:
    """Every gap as (last two segments of its scope, type, reason, status, action)."""
    return {_in_short(gap) for gap in found.estate.all_gaps()}


def _in_short(gap: Gap) -> tuple[str, str, str, int | None, str | None]:
    return "/".join(gap.scope.segments[-2:]), gap.what, gap.reason.value, gap.http_status, gap.action


def values(row: Resource | Part) -> dict[str, Any]:
    """The facts of a row as plain values: ids as text, parts as dicts of the same."""
    return {name: _plain(getattr(row, name)) for name in row.__dataclass_fields__ if name != "key"}


def _plain(found: Any) -> Any:
    match found:
        case Fact():
            return _plain(found.value)
        case Part() | Resource():
            return values(found)
        case tuple():
            return [_plain(one) for one in found]
        case frozenset():
            return sorted(found)
        case ArmId():
            return found.text
        case _:
            return found
