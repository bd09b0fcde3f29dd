"""Where results are sent: addresses as they are written in options, read into what senders need.

An address may carry a secret: no error repeats it, and no `repr` shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal, cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from auditor.errors import UsageError

_LOG_ANALYTICS: Final = "log-analytics"
_LOG_HINT: Final = (
    "Write it as log-analytics://ENDPOINT/dcr-…: the logs ingestion endpoint without https://, and the "
    "immutable id of the data collection rule."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTables:
    """Two streams of one data collection rule of Azure Monitor.

    `endpoint` is an https address without a trailing slash. `audience` is what a token is asked for in a
    cloud that is not in the table of clouds; None for those that are.
    """

    endpoint: str
    rule_id: str
    runs: str = "Custom-AuditorRuns_CL"
    results: str = "Custom-AuditorResults_CL"
    audience: str | None = None

    def __str__(self) -> str:
        return f"{_LOG_ANALYTICS}://{urlsplit(self.endpoint).netloc}/{self.rule_id}"


def log_tables(text: str, where: str) -> LogTables:
    """Read `log-analytics://ENDPOINT/RULE[?runs=STREAM&results=STREAM&audience=URL]`. Raises UsageError."""
    parts = _split(text, where, _LOG_HINT)
    rule_id = parts.path.strip("/")
    if parts.scheme != _LOG_ANALYTICS or not re.fullmatch(r"dcr-[0-9a-f]{32}", rule_id):
        raise UsageError(f"{where}: not the address of a data collection rule", _LOG_HINT)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    streams = {key: given.pop(key) for key in ("runs", "results") if key in given}
    audience = given.pop("audience", None)
    if given:
        raise UsageError(f"{where}: unknown part {sorted(given)[0]!r}", "Known: audience, results, runs.")
    if not all(re.fullmatch(r"Custom-\w{1,90}", stream) for stream in streams.values()):
        raise UsageError(f"{where}: a stream is named Custom-…", "The data collection rule declares it.")
    if audience is not None and not re.fullmatch(r"https://[\w.:/-]+", audience):
        raise UsageError(
            f"{where}: the audience is not an https address", "Such as https://monitor.azure.com."
        )
    return LogTables(
        endpoint=f"https://{parts.netloc.lower()}", rule_id=rule_id, audience=audience, **streams
    )


def _split(text: str, where: str, hint: str) -> SplitResult:
    """The parts of an address with a host, and without a name or password hidden in it."""
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or "@" in parts.netloc or parts.fragment:
        raise UsageError(f"{where}: not an address", hint)
    return parts


MessageKind = Literal["json", "slack", "teams"]

# Incoming webhooks of Slack, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
# and of Workflows in Teams, https://learn.microsoft.com/power-automate/teams/overview.
_KNOWN_HOSTS: Final[tuple[tuple[str, MessageKind], ...]] = (
    ("hooks.slack.com", "slack"),
    ("hooks.slack-gov.com", "slack"),
    (".webhook.office.com", "teams"),
    (".logic.azure.com", "teams"),
    (".api.powerplatform.com", "teams"),
)
_WEBHOOK_HINT: Final = "Write it as https://…, slack+https://… or teams+https://…, without spaces."


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where to post, and in whose words. The address is a secret: whoever has it can post."""

    kind: MessageKind
    url: str = field(repr=False)

    def __str__(self) -> str:
        """As much of it as may be shown: the kind and the host."""
        return f"{self.kind} webhook at {urlsplit(self.url).hostname}"


def webhook(text: str, where: str) -> Webhook:
    """Read `[json+|slack+|teams+]https://…`. Without a kind, the host tells it. Raises UsageError."""
    if not re.fullmatch(r"[!-~]+", text):
        raise UsageError(f"{where}: not an address", _WEBHOOK_HINT)
    parts = _split(text, where, _WEBHOOK_HINT)
    named, plus, scheme = parts.scheme.rpartition("+")
    if scheme != "https" or (plus and named not in {"json", "slack", "teams"}):
        raise UsageError(f"{where}: not an https address", _WEBHOOK_HINT)
    url = text.partition("+")[2] if plus else text
    kind = named if plus else _kind_at(parts.hostname or "")
    return Webhook(kind=cast(MessageKind, kind), url=url)


def _kind_at(host: str) -> str:
    return next(
        (kind for known, kind in _KNOWN_HOSTS if host == known or host.endswith(f".{known.lstrip('.')}")),
        "json",
    )
