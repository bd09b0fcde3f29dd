"""The sample tenant as a connection: the real collectors and pipeline, with no network and no sign-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from auditor.collect.session import Connection, reader_over
from auditor.model.clouds import CLOUDS
from auditor.sandbox.arm import Arm
from auditor.sandbox.tenant import Tenant
from auditor.sandbox.transport import sandbox_credential, sandbox_transport

_PARALLEL = 32
_TIMEOUT_S = 60.0


def sample_connection(finished: Callable[[], None]) -> AbstractAsyncContextManager[Connection]:
    """A signed-in reader of the shipped sample tenant."""
    return connection_to(Arm(Tenant.sample()), finished)


@asynccontextmanager
async def connection_to(arm: Arm, finished: Callable[[], None]) -> AsyncIterator[Connection]:
    """A signed-in reader of any tenant in this process. `finished` is called after each answer."""
    cloud = CLOUDS["AzureCloud"]
    transport, entra = sandbox_transport(arm), sandbox_credential(arm)
    reader = reader_over(transport, entra, cloud, _PARALLEL, _TIMEOUT_S, finished)
    yield Connection(cloud=cloud, reader=reader, claims={}, entra=entra, transport=transport, ca_bundle=None)
