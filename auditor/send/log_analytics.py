"""Uploads an audit to Azure Monitor's log tables, by the Logs Ingestion API.

The one part besides `collect` and `fix` that imports Azure's SDK, and for the same reason: it talks to Azure.
It has a client of its own, so the guard that keeps the reading pipeline to reads is as it was. The identity
needs the role Monitoring Metrics Publisher on the data collection rule, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from auditor import __version__
from auditor.collect.policies import RetryAfterCap
from auditor.collect.session import Way, entered
from auditor.destinations import LogTables
from auditor.errors import NothingAudited
from auditor.model.result import AuditResult
from auditor.send.log_records import Value, result_records, run_record

# 1 MB for each call, before and after compression. The SDK's own chunks leave out what stands between two
# records, and so can be longer than that (azure-monitor-ingestion 1.1.0, _helpers.py).
# https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#logs-ingestion-api
LARGEST_CALL_BYTES: Final = 900_000
_RETRIES: Final = 4
_LONGEST_BACKOFF_S: Final = 8

# KnownMonitorAudience of Azure's SDKs, as https://learn.microsoft.com/javascript/api/@azure/monitor-ingestion
# and azure-sdk-for-python, sdk/monitor/tests.yml, have them.
AUDIENCES: Final[Mapping[str, str]] = {
    "AzureCloud": "https://monitor.azure.com",
    "AzureUSGovernment": "https://monitor.azure.us",
    "AzureChinaCloud": "https://monitor.azure.cn",
}

Record = dict[str, Value]


class NotSent(Exception):
    """The upload failed; the message says how far it came and what to do."""


async def upload(audit: AuditResult, tables: LogTables, way: Way) -> None:
    """Send every result, then the run: a run that can be found in its table is whole. Raises NotSent."""
    from azure.core.exceptions import AzureError

    try:
        async with entered(way) as opened:
            audience = tables.audience or AUDIENCES.get(opened.cloud.name)
            if audience is None:
                said = f"{tables}: the cloud {opened.cloud.name} is not known: add ?audience=https://… to it"
                raise NotSent(said)
            async with _client(tables, opened.credential, audience, opened.session) as client:
                parts = [*_parts(list(result_records(audit)), tables.results)]
                parts.append((tables.runs, [run_record(audit)]))
                for number, (stream, records) in enumerate(parts, start=1):
                    try:
                        await _send(client, tables.rule_id, stream, records, way.timeout_s)
                    except AzureError as error:
                        arrived = f"{number - 1} of {len(parts)} parts arrived"
                        raise NotSent(f"{tables}: {arrived}: {_why(error)}") from error
    except NothingAudited as error:
        raise NotSent(f"{tables}: {error}") from error


def _client(tables: LogTables, credential: Any, audience: str, session: Any) -> Any:
    from azure.core.pipeline.policies import AsyncRetryPolicy
    from azure.core.pipeline.transport import AioHttpTransport
    from azure.monitor.ingestion.aio import LogsIngestionClient

    return LogsIngestionClient(
        tables.endpoint,
        credential,
        credential_scopes=[f"{audience.rstrip('/')}/.default"],
        transport=AioHttpTransport(session=session, session_owner=False),
        retry_policy=AsyncRetryPolicy(retry_total=_RETRIES, retry_backoff_max=_LONGEST_BACKOFF_S),
        per_retry_policies=[RetryAfterCap()],
        permit_redirects=False,
        user_agent=f"azure-ai-auditor/{__version__}",
    )


def _parts(records: Sequence[Record], stream: str) -> Iterator[tuple[str, list[Record]]]:
    """The records in lists, each of which is less than a call may be."""
    part: list[Record] = []
    size = 0
    for record in records:
        # As the SDK encodes it, and what stands between two.
        bytes_ = len(json.dumps(record)) + 2
        if part and size + bytes_ > LARGEST_CALL_BYTES:
            yield stream, part
            part, size = [], 0
        part.append(record)
        size += bytes_
    if part:
        yield stream, part


async def _send(client: Any, rule_id: str, stream: str, records: list[Record], timeout_s: float) -> None:
    """Send one part; one that the service finds too large goes in halves. Raises AzureError."""
    from azure.core.exceptions import HttpResponseError

    try:
        await client.upload(rule_id, stream, records, connection_timeout=timeout_s, read_timeout=timeout_s)
    except HttpResponseError as error:
        if error.status_code != 413 or len(records) == 1:
            raise
        middle = len(records) // 2
        await _send(client, rule_id, stream, records[:middle], timeout_s)
        await _send(client, rule_id, stream, records[middle:], timeout_s)


def _why(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    match status:
        case 403:
            return "HTTP 403: the identity needs Monitoring Metrics Publisher on the data collection rule"
        case 404:
            return "HTTP 404: no such data collection rule or stream at this endpoint"
        case None:
            return said
        case _:
            return f"HTTP {status}: {said}"
