"""The errors that end a run. `cli.py` catches the root once and prints it as one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from auditor.exitcodes import ExitCode
from auditor.model.plaintext import one_line, redacted


class AuditorError(Exception):
    """A failure that a person can act on.

    `message` says what happened and where; `hint` says what to do next and may be empty.
    `str()` joins the two on one line, with control characters escaped and passwords hidden.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        message = self.message.strip()
        if self.hint and message[-1:] not in {".", "!", "?", ""}:
            message += "."
        return one_line(redacted(" ".join(part for part in (message, self.hint.strip()) if part)))


class UsageError(AuditorError):
    """The command line, the environment, a file we were given or a rule pack is wrong."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE


class NothingAudited(AuditorError):
    """Nothing could be audited: sign-in failed, no subscription visible, or nothing in scope."""

    exit_code: ClassVar[ExitCode] = ExitCode.NOTHING_AUDITED


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return a hint naming the known name nearest to `name`; none near: `otherwise`, or a list of all."""
    import difflib

    # Without the dashes, or any two short flags would look alike.
    names = {candidate.lstrip("-"): candidate for candidate in known}
    near = difflib.get_close_matches(name.lstrip("-"), names, n=1, cutoff=0.65)
    if near:
        return f"Did you mean {names[near[0]]}?"
    return otherwise or f"Known: {', '.join(sorted(names.values()))}."
