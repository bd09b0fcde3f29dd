"""The command line: read the options, run the command, write the reports, choose the exit code."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from auditor.errors import AuditorError
from auditor.options_parser import read_command_line

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from auditor.fix.run import FixRun
    from auditor.model.result import AuditResult
    from auditor.options import Invocation, ScanOptions
    from auditor.plugins import Packs
    from auditor.progress import Progress
    from auditor.waivers import Waiver

_INTERRUPTED = 130
_READER_GONE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every expected failure is one line on stderr."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    _let_all_text_through()
    if not _is_read_by_a_pipeline():
        return _ended(given)
    from auditor import pipeline_log

    with pipeline_log.guarded():
        return _ended(given)


def _ended(given: Sequence[str]) -> int:
    verbose = any(re.fullmatch(r"-v+|--verbose", flag) for flag in given)
    try:
        try:
            invocation = _invocation(given)
            verbose = invocation.options.verbosity > 0
            return _run(invocation)
        finally:
            # Here, where a pipe that nobody reads can still be told from a failure.
            sys.stdout.flush()
    except AuditorError as error:
        return _explained(error, verbose=verbose)
    except KeyboardInterrupt:
        print("auditor: interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone, as `head` does; the rest is nobody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE


def _is_read_by_a_pipeline() -> bool:
    return bool(os.environ.get("GITHUB_ACTIONS") or os.environ.get("TF_BUILD"))


def _invocation(given: Sequence[str]) -> Invocation:
    line = read_command_line(given)
    # Only now: `--help` has been answered, and must not wait for what reads files and checks values.
    from pathlib import Path

    from auditor.options import resolve

    return resolve(line, os.environ, Path.cwd())


def _let_all_text_through() -> None:
    """Reports are UTF-8 wherever they go; a terminal that has no such character shows its escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            # A report brings its own line ends: Windows would add to those of a CSV file.
            stream.reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")


def _explained(error: AuditorError, *, verbose: bool) -> int:
    if verbose:
        import logging

        from auditor import logs

        logs.configure(verbosity=1, quiet=False)
        logging.getLogger(__name__).info("the run ended here", exc_info=error)
    print(f"auditor: {error}", file=sys.stderr)
    if _is_read_by_a_pipeline():
        from auditor.send.tell import tell_error

        tell_error(str(error))
    return int(error.exit_code)


def _run(invocation: Invocation) -> int:
    from auditor import logs

    options = invocation.options
    logs.configure(verbosity=options.verbosity, quiet=options.quiet)
    match invocation.command:
        case "rules":
            return _rules(options)
        case "rules show":
            return _rule_page(invocation.arguments["rule_id"])
        case "render":
            return _render(invocation.arguments["report"], options)
        case "diff":
            from auditor.diff_command import run

            return run(**invocation.arguments)
        case "waive":
            return _waive(invocation)
        case "history":
            return _history(invocation)
        case "fix":
            return _fix(invocation)
        case "permissions":
            return _permissions(options, of_fixes=invocation.arguments["fix"])
        case command:
            return _audit(command, options)


def _audit(command: str, options: ScanOptions) -> int:
    from datetime import UTC, datetime

    from auditor import gate, output, plugins, waivers
    from auditor.exitcodes import ExitCode, choose
    from auditor.history.keeping import open_history
    from auditor.model.plaintext import one_line
    from auditor.scan import way
    from auditor.send.tell import prepared, tell

    packs = plugins.load()
    writers = [(packs.writer(wish.format), wish.file) for wish in options.outputs]
    output.refuse_unwritable(wish.file for wish in options.outputs)
    ready = prepared(options, way(options))
    today = datetime.now(UTC).date()
    accepted = waivers.load(options.waivers_file, today) if options.waivers_file else ()
    kept = open_history(options.history)
    known = kept.compared(_audited(command, options, packs, accepted))
    # What the history keeps is compared with what it kept before, whatever the report is compared with.
    result = ready.compared(known)
    try:
        output.write(result, writers, options.min_severity)
    finally:
        # Also where the reader of the report has gone: the run is finished, and belongs to the history.
        lost = kept.keep(known)
        if lost:
            print(f"auditor: {one_line(lost)}", file=sys.stderr)
    code = choose((gate.exit_code(result, options), ExitCode.NOT_KEPT if lost else ExitCode.COMPLETE))
    said = gate.explanation(result, options)
    if said and (result.unaudited or not options.quiet):
        print(f"auditor: {said}", file=sys.stderr)
    for failure in tell(result, options, packs, ready):
        print(f"auditor: {one_line(failure)}", file=sys.stderr)
    return int(code)


def _audited(command: str, options: ScanOptions, packs: Packs, accepted: tuple[Waiver, ...]) -> AuditResult:
    """The live tenant's report or the sample tenant's, with what `--fix` did."""
    from contextlib import ExitStack

    from auditor.progress import choose_progress
    from auditor.scan import audit, scan

    visible = not options.no_progress and not options.quiet
    with ExitStack() as stack:
        progress = stack.enter_context(
            choose_progress(wanted=visible, stderr_is_terminal=sys.stderr.isatty())
        )
        then = stack.enter_context(_fixing(command, options, progress)) if options.fix else None
        if command == "demo":
            from auditor.sandbox.demo import sample_connection

            sample = sample_connection(progress.request_finished, options.reach)
            return audit(sample, options, packs, accepted, progress, then)
        return scan(options, packs, accepted, progress, then)


def _fixing(command: str, options: ScanOptions, progress: Progress) -> AbstractContextManager[FixRun]:
    # The only place that brings in what can write.
    from auditor.fix.prepared import prepared

    return prepared(options, is_demo=command == "demo", clear=progress.close)


def _rules(options: ScanOptions) -> int:
    from auditor import plugins, rule_pages

    chosen = plugins.select(plugins.load().rules, options.profile, options.rules, options.skip_rules)
    print(rule_pages.listing(chosen), end="")
    return 0


def _rule_page(rule_id: str) -> int:
    from auditor import plugins, rule_pages

    print(rule_pages.page(plugins.load().rule(rule_id)), end="")
    return 0


def _render(report: str, options: ScanOptions) -> int:
    from auditor import output, plugins, saved

    packs = plugins.load()
    writers = [(packs.writer(wish.format), wish.file) for wish in options.outputs]
    output.refuse_unwritable(wish.file for wish in options.outputs)
    output.write(saved.load(report), writers, options.min_severity)
    return 0


def _history(invocation: Invocation) -> int:
    from auditor.history.listing import history

    print(history(invocation.options.history, **invocation.arguments), end="")
    return 0


def _waive(invocation: Invocation) -> int:
    from auditor.waive import waive

    said = waive(file=invocation.options.waivers_file, **invocation.arguments)
    print(said)
    return 0


def _fix(invocation: Invocation) -> int:
    from functools import partial

    from auditor.fix.guided import command
    from auditor.progress import choose_progress

    options, arguments = invocation.options, invocation.arguments
    visible = not options.no_progress and not options.quiet
    return command.run(
        arguments["report"],
        arguments["fingerprints"],
        options,
        is_confirmed=arguments["yes"],
        journal_file=arguments["journal"],
        progress=partial(choose_progress, wanted=visible, stderr_is_terminal=sys.stderr.isatty()),
    )


def _permissions(options: ScanOptions, *, of_fixes: bool) -> int:
    from auditor import plugins

    packs = plugins.load()
    chosen = plugins.select(packs.rules, options.profile, options.rules, options.skip_rules)
    if of_fixes:
        from auditor.fix.role import NEXT_STEP, document
    else:
        from auditor.permissions import NEXT_STEP, document
    print(document(packs, chosen, options.reach), end="")
    if not options.quiet:
        print(f"auditor: {NEXT_STEP}", file=sys.stderr)
    return 0
