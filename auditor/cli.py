"""The command line: read the options, run the command, write the reports, choose the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import AuditorError
from auditor.options import Invocation, ScanOptions, parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every expected failure is one line on stderr."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        invocation = parse(given, os.environ, Path.cwd())
        return _run(invocation)
    except AuditorError as error:
        return _explained(error, verbose=any(flag.startswith("-v") for flag in given))
    except KeyboardInterrupt:
        print("auditor: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone, as `head` does; the rest is nobody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _explained(error: AuditorError, *, verbose: bool) -> int:
    if verbose:
        import traceback

        traceback.print_exception(error)
    print(f"auditor: {error}", file=sys.stderr)
    return int(error.exit_code)


def _run(invocation: Invocation) -> int:
    from auditor import logs

    options = invocation.options
    logs.configure(verbosity=options.verbosity, quiet=options.quiet)
    if invocation.command == "rules":
        return _rules(invocation)
    if invocation.command == "permissions":
        return _permissions(options)
    return _audit(invocation.command, options)


def _audit(command: str, options: ScanOptions) -> int:
    from datetime import UTC, datetime

    from auditor import gate, output, plugins, waivers
    from auditor.progress import choose_progress
    from auditor.scan import audit, scan

    packs = plugins.load()
    writers = [(packs.writer(wish.format), wish.file) for wish in options.outputs]
    today = datetime.now(UTC).date()
    accepted = waivers.load(options.waivers_file, today) if options.waivers_file else ()
    visible = not options.no_progress and not options.quiet
    with choose_progress(wanted=visible, stderr_is_terminal=sys.stderr.isatty()) as progress:
        if command == "demo":
            from auditor.sandbox.demo import sample_connection

            result = audit(sample_connection(progress.request_finished), options, packs, accepted, progress)
        else:
            result = scan(options, packs, accepted, progress)
    output.write(result, writers, options.min_severity)
    if result.unaudited:
        print(f"auditor: {result.unaudited}", file=sys.stderr)
    return int(gate.exit_code(result, options))


def _rules(invocation: Invocation) -> int:
    from auditor import plugins, rule_pages

    packs = plugins.load()
    options = invocation.options
    if invocation.rule_id:
        print(rule_pages.page(packs.rule(invocation.rule_id)))
        return 0
    chosen = plugins.select(packs.rules, options.profile, options.rules, options.skip_rules)
    print(rule_pages.listing(chosen), end="")
    return 0


def _permissions(options: ScanOptions) -> int:
    from auditor import permissions, plugins

    packs = plugins.load()
    chosen = plugins.select(packs.rules, options.profile, options.rules, options.skip_rules)
    print(permissions.document(packs, chosen), end="")
    return 0
