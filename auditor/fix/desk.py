"""One connection's state: read, and written back as it was read with that state alone changed."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from auditor.collect.arm import Reader
from auditor.fix.looking import Seen, connection_type, look_at
from auditor.fix.pace import Pace
from auditor.fix.providers import API_VERSIONS
from auditor.fix.writing import Answer, ArmWriter
from auditor.model.ids import ArmId

# Azure's own bound on the text that stands in a connection's state.
_LONGEST_DESCRIPTION = 140


class Desk:
    """Where a run reads and decides connections; its id is left in each that it touches."""

    def __init__(self, reader: Reader, writer: ArmWriter, run_id: str, pace: Pace) -> None:
        self.reader = reader
        self.writer = writer
        self.pace = pace
        self._run_id = run_id

    async def approve(self, seen: Seen) -> Answer | None:
        return await self._put(seen, "Approved")

    async def reject(self, seen: Seen) -> Answer | None:
        return await self._put(seen, "Rejected")

    async def settled(self, connection: ArmId) -> Seen:
        """The connection once Azure is through with it, or as it stands when patience ends.

        Raises ReadFailed.
        """
        until = self.pace.now() + self.pace.patience_s
        seen = await look_at(self.reader, connection)
        while not seen.is_settled and self.pace.now() < until:
            await self.pace.pause(None)
            seen = await look_at(self.reader, connection)
        return seen

    async def _put(self, seen: Seen, status: str) -> Answer | None:
        subject = seen.connection.id
        version = API_VERSIONS[connection_type(subject)]
        description = f"{status.lower()} by auditor run {self._run_id}"[:_LONGEST_DESCRIPTION]
        return await self.writer.put(subject, version, _with_state(seen.body, status, description))


def _with_state(body: Mapping[str, Any], status: str, description: str) -> dict[str, Any]:
    """Nothing else is left out or changed: a policy may inspect `privateEndpoint.id` of what is sent.

    Source: https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/limit-cross-tenant-private-endpoint-connections
    """
    sent = deepcopy(dict(body))
    state = sent["properties"]["privateLinkServiceConnectionState"]
    state["status"] = status
    state["description"] = description
    return sent
