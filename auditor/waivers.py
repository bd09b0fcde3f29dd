"""`waivers.toml`: findings that someone has accepted, each with an owner and an end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from auditor.errors import UsageError
from auditor.toml_table import Table, describe, parse_toml, read_toml

LONGEST_WAIVER: Final = timedelta(days=365)

_KEYS: Final = ("rule", "resource", "reason", "owner", "expires")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One accepted finding, or several where `rule` or `resource` is a glob.

    Both globs ignore case and cover whole names: `*` any characters within one path segment, `**`,
    as a segment of `resource`, any number of segments including none.
    """

    rule: str
    resource: str
    reason: str
    """Why it is accepted; empty where the file gives no reason."""
    owner: str
    """Who accepts the risk; empty where the file names nobody, and then the waiver is not in force."""
    expires: date
    """The last day on which it holds."""

    def covers(self, rule_id: str, resource: str) -> bool:
        """Whether both globs match, whatever the date."""
        return bool(
            _pattern(self.rule).fullmatch("/" + rule_id.lower())
            and _pattern(self.resource).fullmatch("/" + resource.strip("/").lower())
        )

    def has_expired(self, today: date) -> bool:
        return today > self.expires

    def is_in_force(self, today: date) -> bool:
        return bool(self.owner) and not self.has_expired(today)


def load(file: Path, today: date) -> tuple[Waiver, ...]:
    """Read every `[[waiver]]` of the file, in its order.

    Raises UsageError for a file that cannot be read, an unknown or missing key, an expiry that is no date
    or lies more than 365 days after `today`, and a glob that could match nothing. An expiry in the past and
    a missing owner are no errors: such a waiver is not in force, and the report says so.
    """
    return _waivers(file, read_toml(file), today)


def parse(content: bytes, file: Path, today: date) -> tuple[Waiver, ...]:
    """The same of what the file holds or is to hold. Raises UsageError likewise."""
    return _waivers(file, parse_toml(content, file), today)


def _waivers(file: Path, values: Mapping[str, object], today: date) -> tuple[Waiver, ...]:
    top = Table(where=str(file), values=values)
    top.refuse_unknown(("waiver",))
    entries = top.values.get("waiver", [])
    if not isinstance(entries, list):
        raise UsageError(
            f"{file} [waiver]: must be a list, is {describe(entries)}", "Write it as [[waiver]]."
        )
    return tuple(
        _waiver(Table.of(f"{file} [[waiver]] {number}", entry, written="[[waiver]]"), today)
        for number, entry in enumerate(entries, start=1)
    )


def matching(waivers: Iterable[Waiver], rule_id: str, resource: str, *, today: date) -> Waiver | None:
    """Return the first waiver in force that covers the finding, None where none does.

    `resource` is an ARM id in any case.
    """
    for waiver in waivers:
        if waiver.is_in_force(today) and waiver.covers(rule_id, resource):
            return waiver
    return None


def _waiver(table: Table, today: date) -> Waiver:
    table.refuse_unknown(_KEYS)
    return Waiver(
        rule=_rule(table),
        resource=_resource(table),
        reason=table.text("reason") or "",
        owner=_owner(table),
        expires=_expiry(table, today),
    )


def _rule(table: Table) -> str:
    rule = table.required_text("rule")
    if "/" in rule or "**" in rule:
        raise table.error(
            "rule", f"{rule!r} is neither a rule id nor a glob of one", "Use * for any characters."
        )
    return rule


def _resource(table: Table) -> str:
    resource = table.required_text("resource")
    segments = resource.strip("/").split("/")
    if not resource.startswith(("/", "**/")) and resource != "**":
        raise table.error("resource", f"{resource!r} is not an ARM id", "Begin it with / or **/.")
    if any("**" in segment and segment != "**" for segment in segments):
        raise table.error(
            "resource", f"{resource!r} has ** within a segment", "Use * there, or ** between slashes."
        )
    return resource


def _owner(table: Table) -> str:
    owner = table.values.get("owner", "")
    return "" if isinstance(owner, str) and not owner.strip() else table.required_text("owner")


def _expiry(table: Table, today: date) -> date:
    hint = "Add expires = YYYY-MM-DD, without quotes."
    if "expires" not in table.values:
        raise table.error("expires", "is missing", hint)
    expires = table.values["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise table.error("expires", f"must be a date, is {describe(expires)}", hint)
    if expires - today > LONGEST_WAIVER:
        latest = today + LONGEST_WAIVER
        raise table.error(
            "expires", f"{expires} is more than 365 days ahead", f"Choose {latest} at the latest."
        )
    return expires


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    segments: Sequence[str] = glob.strip("/").lower().split("/")
    parts = ("(?:/[^/]+)*" if segment == "**" else "/" + _segment(segment) for segment in segments)
    return re.compile("".join(parts))


def _segment(glob: str) -> str:
    return "[^/]*".join(re.escape(literal) for literal in glob.split("*"))
