"""`auditor waive`: accepts one finding of a saved report, in the waiver file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from auditor import output, saved, waivers
from auditor.errors import UsageError
from auditor.model.plaintext import one_line
from auditor.model.result import Result
from auditor.waivers import LONGEST_WAIVER, Waiver

DEFAULT_FILE: Final = Path("waivers.toml")
_SHORTEST_FINGERPRINT = 6
_SHOWN = 5


def waive(
    *,
    file: Path | None,
    fingerprint: str,
    reason: str | None,
    owner: str | None,
    expires: str | None,
    report: str,
) -> str:
    """Add the waiver at the end of the file and return what to tell. Raises UsageError, the file untouched.

    The waiver names the finding's rule and resource exactly, without globs. A file that is not there is made;
    what one held stays as it was, to the byte.
    """
    today = datetime.now(UTC).date()
    accepted = Waiver(
        rule="",
        resource="",
        reason=_given(reason, "--reason", "why the risk is accepted"),
        owner=_given(owner, "--owner", "who accepts it"),
        expires=_day(_given(expires, "--expires", "until when"), today),
    )
    results = saved.load(report).results
    found = _found(results, fingerprint, report)
    waiver = Waiver(
        rule=found.rule,
        resource=found.resource,
        reason=accepted.reason,
        owner=accepted.owner,
        expires=accepted.expires,
    )
    target = file or DEFAULT_FILE
    _add(waiver, target, today)
    return _told(waiver, results, target)


def _given(value: str | None, flag: str, what: str) -> str:
    if value is None:
        raise UsageError(f"waive: {flag} is missing", f"Say {what}.")
    return value.strip()


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--expires: {text!r} is not a date", "Write it as YYYY-MM-DD.") from None
    latest = today + LONGEST_WAIVER
    if day > latest:
        raise UsageError(f"--expires: {day} is more than 365 days ahead", f"Choose {latest} at the latest.")
    if day < today:
        raise UsageError(f"--expires: {day} is past", "Choose a day to come.")
    return day


def _found(results: Sequence[Result], fingerprint: str, report: str) -> Result:
    """The one failure whose fingerprint begins so."""
    wanted = fingerprint.strip().lower()
    if len(wanted) < _SHORTEST_FINGERPRINT:
        raise UsageError(
            f"{fingerprint!r} is too short for a fingerprint",
            f"Give at least {_SHORTEST_FINGERPRINT} of its characters.",
        )
    found = {one.fingerprint: one for one in results if one.fingerprint.startswith(wanted)}
    if not found:
        raise UsageError(f"no finding {wanted} in {report}", "Copy its fingerprint from that report.")
    if len(found) > 1:
        some = ", ".join(sorted(found)[:_SHOWN])
        raise UsageError(f"{wanted} begins {len(found)} fingerprints: {some}", "Give more of it.")
    (one,) = found.values()
    if one.status != "fail":
        said = f"{one.rule} does not fail on {one.resource}: it is {one.status.replace('_', ' ')}"
        raise UsageError(said, "Only a failure can be accepted.")
    if "*" in one.rule + one.resource:
        said = f"the id {one.resource} holds a *, which a waiver would take for any name"
        raise UsageError(said, "Rename the resource.")
    return one


def _add(waiver: Waiver, file: Path, today: date) -> None:
    try:
        held = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}", "Check the path.") from error
    standing = waivers.parse(held, file, today)
    _refuse_second(waiver, standing, file, today)
    whole = held + _entry(waiver, held).encode()
    # An array of inline tables, for one, cannot be added to at the end of the file.
    if not _reads_as(whole, (*standing, waiver), file, today):
        raise UsageError(f"{file}: no waiver can be added at its end", "Write each as [[waiver]] there.")
    try:
        output.replace_file(file, whole.decode())
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}", "Check the path.") from error


def _reads_as(content: bytes, wanted: Sequence[Waiver], file: Path, today: date) -> bool:
    try:
        return waivers.parse(content, file, today) == wanted
    except UsageError:
        return False


def _refuse_second(waiver: Waiver, standing: Iterable[Waiver], file: Path, today: date) -> None:
    for number, other in enumerate(standing, start=1):
        if not other.covers(waiver.rule, waiver.resource):
            continue
        where = f"[[waiver]] {number} of {file}"
        if other.is_in_force(today):
            said = f"{where} accepts it until {other.expires}, by {other.owner}"
            raise UsageError(said, "Change that one.")
        if "*" not in other.rule + other.resource:
            why = f"expired on {other.expires}" if other.owner else "has no owner"
            raise UsageError(f"{where} is for the same finding and {why}", "Change or remove that one.")


def _entry(waiver: Waiver, held: bytes) -> str:
    """The entry with the file's own line ends, and a blank line before it where the file holds anything."""
    import tomlkit

    table = tomlkit.table()
    for key in ("rule", "resource", "reason", "owner", "expires"):
        table.append(key, getattr(waiver, key))
    entries = tomlkit.aot()
    entries.append(table)
    document = tomlkit.document()
    document.append("waiver", entries)
    before = "" if not held.strip() else "\n" if held.endswith(b"\n") else "\n\n"
    text = before + tomlkit.dumps(document)
    return text.replace("\n", "\r\n") if b"\r\n" in held else text


def _told(waiver: Waiver, results: Iterable[Result], file: Path) -> str:
    """What was accepted, and what else falls under it: related ends make several findings of one resource."""
    failing = [one for one in results if one.status == "fail"]
    others = sum(waiver.covers(one.rule, one.resource) for one in failing) - 1
    also = f" It accepts {others} more of that rule on that resource." if others else ""
    said = f"{waiver.rule} on {waiver.resource} is accepted until {waiver.expires} by {waiver.owner}.{also}"
    return one_line(f"{said} Audit with --waivers {file}.")
