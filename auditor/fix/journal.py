"""The journal: what a fix was about to write, on disk before it is sent, and what came of it after.

JSON lines, each written whole and flushed to the disk (fsync) before the next step is taken. So a last line
that is cut off belongs to a step that was never taken: of an intent, nothing was sent; of an outcome, its
intent stands open and is looked after as if the run had ended there. Anything else that cannot be read means
that the memory of earlier writes and rejections is damaged, and nothing may be written without it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor.errors import UsageError
from auditor.fix.change import Change, Ended
from auditor.fix.history import VERSION, History, Line, history_of, line_of, written
from auditor.model.ids import ArmId
from auditor.model.json_object import Malformed
from auditor.model.json_value import timestamp

_HINT = "Mend or move the file: without it, earlier rejections and unfinished writes are forgotten."
_PRIVATE = 0o600


class JournalLost(Exception):
    """A line could not be written: what it announces must not be done."""


def default_path() -> Path:
    """In the user's own state directory, such as `~/.local/state/azure-ai-auditor`."""
    from platformdirs import user_state_path

    return user_state_path("azure-ai-auditor", appauthor=False) / "journal.jsonl"


def read(file: Path) -> History:
    """What the journal remembers; of a file that is not there, nothing.

    Raises UsageError for one that cannot be read or is malformed anywhere but in a cut-off last line.
    """
    return history_of(_lines(file, _content(file)))


class JournalFile:
    """A journal that this process alone writes. `history` is what it remembered when it was opened."""

    def __init__(self, file: Path, descriptor: int, history: History) -> None:
        self.history = history
        self._file = file
        self._descriptor = descriptor

    def of_run(self, run_id: str) -> Journal:
        return Journal(self._append, run_id)

    def _append(self, line: Mapping[str, Any]) -> None:
        encoded = f"{json.dumps(line, ensure_ascii=True)}\n".encode()
        size = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, encoded) != len(encoded):
                raise OSError("only a part of a line could be written")
            os.fsync(self._descriptor)
        except OSError as error:
            # Or the next line would continue this one, and the file could not be read again.
            with suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise JournalLost(f"the journal {self._file} cannot be written: {error}") from error


class Journal:
    """What one run writes. Every method returns when the line is on the disk, and raises JournalLost."""

    def __init__(self, append: Callable[[Mapping[str, Any]], None], run_id: str) -> None:
        self._append = append
        self._run_id = run_id
        self._intended = 0

    def intend(self, change: Change) -> str:
        """Say what is about to be written. Returns the name that later lines call it by."""
        self._intended += 1
        name = f"{self._run_id}/{self._intended}"
        self._write("intended", name, **written(change))
        return name

    def undoing(self, name: str, endpoint: ArmId | None, why: str) -> None:
        """Say that it is about to be undone; the endpoint named here is not approved again."""
        self._write("undoing", name, private_endpoint=endpoint.text if endpoint else None, message=why)

    def ended(self, name: str, ended: Ended) -> None:
        """Say what came of it. One that is unverified stays open: the next run looks first."""
        said = {"outcome": ended.outcome.value, "after": ended.after, "message": ended.message}
        self._write("ended", name, **said)

    def _write(self, event: str, name: str, **members: Any) -> None:
        at = timestamp(datetime.now(UTC))
        head = {"version": VERSION, "event": event, "at": at, "run": self._run_id, "change": name}
        self._append({**head, **members})


def forgetful(run_id: str) -> Journal:
    """The journal of a run that writes nothing, to Azure or to the disk."""
    return Journal(lambda _line: None, run_id)


@contextmanager
def opened(file: Path) -> Iterator[JournalFile]:
    """The journal for writing, made where it is not there, locked against other runs.

    Raises UsageError where another run holds it, and as `read` does.
    """
    with ExitStack() as stack:
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stack.enter_context(_locked(file))
            history = read(file)
            descriptor = _open_for_appending(file)
        except OSError as error:
            said = f"the journal {file} cannot be written: {error.strerror or error}"
            raise UsageError(said, "Choose another file with --journal.") from error
        stack.callback(os.close, descriptor)
        yield JournalFile(file, descriptor, history)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(f"{file}.lock", timeout=0, mode=_PRIVATE)
    try:
        lock.acquire()
    except Timeout as taken:
        said = f"another run is fixing with the journal {file}"
        raise UsageError(said, "Wait until it has ended.") from taken
    try:
        yield
    finally:
        lock.release()


def _open_for_appending(file: Path) -> int:
    is_new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, _PRIVATE)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, _PRIVATE)
    _mend_last_line(file, descriptor)
    os.fsync(descriptor)
    if is_new and hasattr(os, "O_DIRECTORY"):
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return descriptor


def _mend_last_line(file: Path, descriptor: int) -> None:
    """A whole line that lacks its end gets it; a cut-off one goes, or the next line would continue it."""
    content = _content(file)
    whole, newline, rest = content.rpartition(b"\n")
    if not rest:
        return
    if _is_whole(rest):
        os.write(descriptor, b"\n")
    else:
        os.ftruncate(descriptor, len(whole) + len(newline))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        said = f"the journal {file} cannot be read: {error.strerror or error}"
        raise UsageError(said, "Choose another file with --journal.") from error


def _lines(file: Path, content: bytes) -> Sequence[Line]:
    *whole, last = content.split(b"\n")
    if _is_whole(last):
        whole.append(last)
    return [_line(file, number, raw) for number, raw in enumerate(whole, start=1)]


def _line(file: Path, number: int, raw: bytes) -> Line:
    try:
        return line_of(json.loads(raw))
    except Malformed as malformed:
        said = f"the journal {file} is malformed in line {number}: {malformed}"
        raise UsageError(said, _HINT) from malformed
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the journal {file} is malformed in line {number}: not JSON", _HINT) from error


def _is_whole(raw: bytes) -> bool:
    """A cut-off JSON object never parses: its last character is the brace that closes it."""
    try:
        return isinstance(json.loads(raw), dict)
    except (ValueError, RecursionError):
        return False
