"""``make record``: approvals at each provider against the sandbox server, as cassettes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from auditor.collect.session import Connection
from auditor.fix.approvals import change_of
from auditor.fix.approving import Approver
from auditor.fix.change import Ended
from auditor.fix.decision import Decision, decide_all
from auditor.fix.desk import Desk
from auditor.fix.journal import forgetful
from auditor.fix.known import Known
from auditor.fix.pace import Pace
from auditor.fix.preflight import lacking
from auditor.fix.sequence import Work, carried_out
from auditor.fix.writing import ArmWriter
from auditor.model.fix import Fix
from auditor.model.ids import ArmId
from auditor.sandbox.server import serving
from auditor.sandbox.tenant import Tenant
from tests.collect.cassette import recording
from tests.collect.record import client_secret_of
from tests.fix.guided.tapes import DIRECTORY as FIXES
from tests.fix.guided.tapes import POLLING, PORT, connection
from tests.fix.test_approving import DOORS, Door
from tests.fix.test_time_of_check import PLANNED, THEIRS, event, path_of
from tests.fix.trust import known_of
from tests.rules.world import World, mended

DIRECTORY = FIXES / "approvals"
RUN_ID = "00000000-0000-4000-8000-000000000000"
_TIMEOUT_S = 60.0


@cache
def _waiting() -> World:
    """The company with our request waiting at a door of each provider."""
    world = mended()
    for door in DOORS:
        door.pending(world)
    return world


@cache
def _known() -> Known:
    return known_of(_waiting())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """One recorded approval: what stands in its way, how it must end, and how many writes it takes."""

    door: Door
    ending: str
    outcome: str
    writes: int
    tenant: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.door}.{self.ending}".removeprefix("Microsoft.").lower()

    @property
    def path(self) -> Path:
        return DIRECTORY / f"{self.label}.yaml"

    @property
    def connection(self) -> str:
        return self.door.connection(_waiting())

    def decision(self) -> Decision:
        return next(
            one for one in decide_all(_known(), ()) if one.connection.id == ArmId.parse(self.connection)
        )

    def company(self) -> Tenant:
        return Tenant.from_json({**_waiting().tenant, **self.tenant})


def _tapes_of(door: Door) -> list[Tape]:
    connection = door.connection(_waiting())
    state = {"privateLinkServiceConnectionState": {"status": "Approved"}}
    theirs = {"privateEndpoint": {"id": THEIRS}}
    refusal = {"path": path_of(connection), "methods": ["PUT"], "status": 403}
    meanwhile = event(PLANNED, 1, merge=[{"id": connection, "properties": state}])
    swap = event(PLANNED, 1, merge=[{"id": connection, "properties": theirs}])
    return [
        Tape(door=door, ending="approved", outcome="approved", writes=1),
        Tape(
            door=door,
            ending="already-approved",
            outcome="already-approved",
            writes=0,
            tenant={"events": [meanwhile]},
        ),
        Tape(
            door=door,
            ending="changed-under-us",
            outcome="changed-under-us",
            writes=0,
            tenant={"events": [swap]},
        ),
        Tape(door=door, ending="refused", outcome="failed", writes=1, tenant={"faults": [refusal]}),
    ]


TAPES: Mapping[str, Tape] = {tape.label: tape for door in DOORS for tape in _tapes_of(door)}


async def run(tape: Tape, opened: Connection) -> Fix:
    """Ask what the identity may do, then approve."""
    # In a thread of its own: the company is read with an event loop of its own.
    decision, known = await asyncio.to_thread(lambda: (tape.decision(), _known()))
    change = change_of(decision)
    missing = await lacking(opened.reader, [change])
    assert not missing, missing
    writer = ArmWriter(opened, [change.subject], _TIMEOUT_S)
    desk = Desk(opened.reader, writer, RUN_ID, Pace(sleep=lambda _seconds: asyncio.sleep(0)))
    approver = Approver(desk=desk, tenant_id=known.estate.tenant_id, visible=frozenset(known.estate.visible))

    async def make(work: Work) -> Ended:
        return await approver.approve(work, decision)

    found: list[Fix] = []
    await carried_out([change], make, forgetful(RUN_ID), lambda one: one.subject in writer.sent, found)
    return found[0]


async def record(tape: Tape, path: Path) -> None:
    """Write one cassette of the sandbox. Raises OSError where its port is taken."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tape.company(), port=PORT))
        entra = await stack.enter_async_context(client_secret_of(server))
        opened = await stack.enter_async_context(connection(entra, server.ca_file))
        with recording(path, beside=POLLING):
            await run(tape, opened)


async def _record_all() -> None:
    for stale in DIRECTORY.glob("*.yaml"):
        stale.unlink()
    for tape in TAPES.values():
        await record(tape, tape.path)


if __name__ == "__main__":
    asyncio.run(_record_all())
