"""The sample tenant as a connection: the real collectors and pipeline, with no network and no sign-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from auditor.collect.session import Connection, readers_over
from auditor.model.clouds import CLOUDS
from auditor.model.reach import Reach
from auditor.sandbox.arm import Arm
from auditor.sandbox.tenant import Tenant
from auditor.sandbox.transport import sandbox_credential, sandbox_transport

_PARALLEL = 32
_TIMEOUT_S = 60.0


def sample_connection(
    finished: Callable[[], None], reach: frozenset[Reach] = frozenset()
) -> AbstractAsyncContextManager[Connection]:
    """A signed-in reader of the shipped sample tenant."""
    return connection_to(Arm(Tenant.sample()), finished, reach)


@asynccontextmanager
async def connection_to(
    arm: Arm,
    finished: Callable[[], None],
    reach: frozenset[Reach] = frozenset(),
    latency_ms: float = 0,
) -> AsyncIterator[Connection]:
    """A signed-in reader of any tenant in this process. `finished` is called after each answer."""
    cloud = CLOUDS["AzureCloud"]
    transport, entra = sandbox_transport(arm, latency_ms), sandbox_credential(arm)
    readers = readers_over(transport, entra, cloud, _PARALLEL, _TIMEOUT_S, finished, reach)
    yield Connection(
        cloud=cloud, readers=readers, claims={}, entra=entra, transport=transport, ca_bundle=None
    )
