"""One connection to one cloud: transport, credential and pipeline, opened together and closed together."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from auditor import __version__
from auditor.collect.arm import ArmReader
from auditor.collect.clouds import cloud_at, named_cloud
from auditor.collect.credentials import credential, sign_in
from auditor.collect.policies import Limiter, ReadOnly, RetryAfterCap
from auditor.errors import NothingAudited
from auditor.model.clouds import Cloud
from auditor.model.ids import same_text

# azure-core's default of 3 status retries lost 20 of 600 calls against a token bucket (measured).
_STATUS_RETRIES = 10
_TOTAL_RETRIES = 20
_CONNECT_RETRIES = 2
# Throttling comes with a Retry-After. Without one, azure-core's pauses grow to 120 s each: seven minutes for
# one list that answers 500 for ever.
_LONGEST_BACKOFF_S = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A signed-in reader. `claims` are the token's own words about its bearer, {} where it is opaque.

    `entra` is the credential and `transport` azure-core's, both asynchronous and closed with the connection:
    what a fix writes goes the same way. `ca_bundle` is the file of authorities to trust, None the system's.
    """

    cloud: Cloud
    reader: ArmReader
    claims: dict[str, Any]
    entra: Any
    transport: Any
    ca_bundle: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to reach and enter a cloud. `arm_endpoint` wins over `cloud`. Times are in seconds."""

    cloud: str = "AzureCloud"
    arm_endpoint: str | None = None
    ca_bundle: str | None = None
    auth: str = "auto"
    tenant_id: str | None = None
    max_concurrency: int = 32
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """An open HTTP session that trusts what it was told to, the cloud, and an async credential for it."""

    session: Any
    cloud: Cloud
    credential: Any
    ca_bundle: str | None


def http_session(way: Way) -> Any:
    """A new aiohttp.ClientSession: it trusts what the way says, follows proxies, and keeps no cookies."""
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=_trust(_ca_bundle(way)), limit=way.max_concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=True,
    )


@asynccontextmanager
async def entered(way: Way) -> AsyncIterator[Entrance]:
    """Go the way as far as the credential, which has not been asked yet. Raises NothingAudited."""
    ca_bundle = _ca_bundle(way)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(http_session(way))
        cloud = (
            await cloud_at(way.arm_endpoint, session, way.timeout_s)
            if way.arm_endpoint
            else named_cloud(way.cloud)
        )
        entra = credential(way.auth, cloud, way.tenant_id, ca_bundle)
        stack.push_async_callback(entra.close)
        yield Entrance(session=session, cloud=cloud, credential=entra, ca_bundle=ca_bundle)


@asynccontextmanager
async def connected(way: Way, finished: Callable[[], None]) -> AsyncIterator[Connection]:
    """Open the way, sign in once, and close everything at the end. Raises NothingAudited."""
    from azure.core.pipeline.transport import AioHttpTransport

    async with entered(way) as opened:
        cloud, entra = opened.cloud, opened.credential
        claims = await sign_in(entra, cloud.scope, way.auth)
        _refuse_other_tenant(way.tenant_id, claims)
        transport = AioHttpTransport(session=opened.session, session_owner=False)
        reader = reader_over(transport, entra, cloud, way.max_concurrency, way.timeout_s, finished)
        yield Connection(
            cloud=cloud,
            reader=reader,
            claims=claims,
            entra=entra,
            transport=transport,
            ca_bundle=opened.ca_bundle,
        )


def reader_over(
    transport: Any,
    entra: Any,
    cloud: Cloud,
    max_concurrency: int,
    timeout_s: float,
    finished: Callable[[], None],
) -> ArmReader:
    """The lean pipeline over any azure-core transport. `finished` is called after each answer."""
    from azure.core.pipeline.policies import AsyncRetryPolicy, RequestIdPolicy, UserAgentPolicy
    from azure.mgmt.core import AsyncARMPipelineClient
    from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy

    policies = [
        RequestIdPolicy(),
        UserAgentPolicy(f"azure-ai-auditor/{__version__}"),
        AsyncRetryPolicy(
            retry_total=_TOTAL_RETRIES,
            retry_status=_STATUS_RETRIES,
            retry_connect=_CONNECT_RETRIES,
            retry_backoff_max=_LONGEST_BACKOFF_S,
        ),
        Limiter(max_concurrency, finished),
        RetryAfterCap(),
        ReadOnly(),
        AsyncARMChallengeAuthenticationPolicy(entra, cloud.scope),
    ]
    client: Any = AsyncARMPipelineClient(base_url=cloud.arm_url, transport=transport, policies=policies)
    return ArmReader(client, cloud.arm_url, timeout_s)


def _refuse_other_tenant(wanted: str | None, claims: dict[str, Any]) -> None:
    """Not every kind of sign-in can choose its tenant: none may audit another one than was asked for."""
    entered = claims.get("tid")
    # A domain name names a tenant too, and cannot be compared.
    if wanted and entered and "." not in wanted and not same_text(wanted, str(entered)):
        said = f"the sign-in is to tenant {entered}, not to {wanted}"
        raise NothingAudited(said, "Sign in to that tenant, or leave --tenant out.")


def _ca_bundle(way: Way) -> str | None:
    return way.ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")


def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    """The context goes on the connector: a path given to each call would cost a handshake a request."""
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ssl.SSLError) as error:
        said = f"the CA bundle {ca_bundle} cannot be used: {error}"
        raise NothingAudited(said, "Give a PEM file with --ca-bundle.") from error
