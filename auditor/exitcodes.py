"""Exit codes of the command, and which one wins where several hold."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; pipelines branch on these numbers."""

    COMPLETE = 0
    """Audited completely; nothing at or above the gate."""
    FINDINGS = 1
    """Findings at or above the gate, or the score is under the minimum."""
    USAGE = 2
    """Usage, configuration, waiver file or rule pack error; nothing was audited."""
    NOTHING_AUDITED = 3
    """Sign-in failed, no subscription visible, or nothing of interest in scope."""
    INCOMPLETE = 4
    """Nothing at or above the gate, but at least one verdict is unknown."""
    FIX_FAILED = 5
    """A fix was attempted and failed, or could not be verified."""
    NOT_KEPT = 6
    """Audited and reported, nothing else to tell, but the run could not be kept in the history."""


# Most telling first: an audit that never ran outranks what it would have said, and a failed
# write outranks the findings it was meant to mend.
PRECEDENCE: tuple[ExitCode, ...] = (
    ExitCode.USAGE,
    ExitCode.NOTHING_AUDITED,
    ExitCode.FIX_FAILED,
    ExitCode.FINDINGS,
    ExitCode.INCOMPLETE,
    ExitCode.NOT_KEPT,
    ExitCode.COMPLETE,
)


def choose(holding: Iterable[ExitCode]) -> ExitCode:
    """Return the code that wins among all that hold; none holding means COMPLETE."""
    held = set(holding)
    return next((code for code in PRECEDENCE if code in held), ExitCode.COMPLETE)
