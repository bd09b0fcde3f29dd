"""`auditor diff`: two saved reports, compared and shown."""

from __future__ import annotations

from auditor import output, plugins, saved
from auditor.diff import compare, side_of
from auditor.errors import UsageError
from auditor.exitcodes import ExitCode, choose
from auditor.model.changes import ChangeKind, Changes
from auditor.model.finding import Severity
from auditor.option_values import Output
from auditor.options import checked_outputs


def run(*, old: str, new: str, format: tuple[Output, ...], fail_on: str) -> int:
    """Compare the reports and write what changed. Returns the exit code."""
    wishes = checked_outputs(format or (Output(format="terminal", file=None),))
    packs = plugins.load()
    writers = [(packs.changes_writer(wish.format), wish.file) for wish in wishes]
    output.refuse_unwritable(wish.file for wish in wishes)
    if (old, new) == (saved.STDIN, saved.STDIN):
        raise UsageError("diff: standard input cannot be both reports", "Name a file for one of them.")
    changes = compare(side_of(saved.load(old)), side_of(saved.load(new)))
    output.put([(writer.render(changes, output.sheet(file)), file) for writer, file in writers])
    return int(_exit_code(changes, fail_on))


def _exit_code(changes: Changes, fail_on: str) -> ExitCode:
    if fail_on == "never":
        return ExitCode.COMPLETE
    bound = Severity(fail_on).rank
    holding = []
    if any(change.severity.rank <= bound for change in changes.worsened):
        holding.append(ExitCode.FINDINGS)
    if any(change.severity.rank <= bound for change in changes.of(ChangeKind.UNKNOWN_NOW)):
        holding.append(ExitCode.INCOMPLETE)
    return choose(holding)
