"""What each command takes: groups of options, arguments, and options that are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from auditor.option import GROUPS, Group, Option

_EVERYTHING: Final = frozenset(GROUPS)


class Argument(NamedTuple):
    """One argument behind the command; with `many` one or more, its value then a tuple."""

    name: str
    metavar: str
    help: str
    many: bool = False


class Command(NamedTuple):
    """What one command takes; always made by keywords.

    Options of the groups are flags, variables and file keys alike. `options` are flags of this command alone,
    typed by their kind; they and the arguments are what `Invocation.arguments` holds.
    """

    groups: frozenset[Group]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()


COMMANDS: Final[Mapping[str, Command]] = {
    "scan": Command(groups=_EVERYTHING),
    # The sample tenant is its own cloud and asks for no sign-in.
    "demo": Command(groups=_EVERYTHING.difference(("cloud", "identity"))),
    "rules": Command(groups=frozenset(("selection", "general"))),
    "rules show": Command(
        groups=frozenset(("selection", "general")),
        arguments=(Argument(name="rule_id", metavar="ID", help="the rule's id"),),
    ),
    "render": Command(
        groups=frozenset(("output", "general")),
        arguments=(
            Argument(
                name="report",
                metavar="REPORT.json",
                help="a report saved by --format json=FILE; - reads stdin",
            ),
        ),
    ),
    "diff": Command(
        groups=frozenset(("general",)),
        arguments=(
            Argument(name="old", metavar="OLD.json", help="the earlier report; - reads stdin"),
            Argument(name="new", metavar="NEW.json", help="the later report"),
        ),
        options=(
            Option(
                key="format",
                flags=("--format",),
                kind="output",
                group="output",
                metavar="NAME[=FILE]",
                repeatable=True,
                default_text="terminal",
                help="terminal, json or markdown, and where (stdout without FILE); repeat for more",
                has_variable=False,
            ),
            Option(
                key="fail_on",
                flags=("--fail-on",),
                kind="choice",
                group="gate",
                choices=("critical", "high", "medium", "low", "never"),
                default="never",
                help="exit 1 on what got worse this severe or more, 4 on what became unknown",
                has_variable=False,
            ),
        ),
    ),
    "history": Command(
        groups=frozenset(("history", "general")),
        options=(
            Option(
                key="since",
                flags=("--since",),
                kind="text",
                group="history",
                metavar="YYYY-MM-DD",
                default_text="all",
                help="only runs from this day on, in UTC",
                has_variable=False,
            ),
            Option(
                key="limit",
                flags=("--limit",),
                kind="integer",
                group="history",
                metavar="N",
                minimum=1,
                default=20,
                help="show at most the last N runs of each series",
                has_variable=False,
            ),
            Option(
                key="format",
                flags=("--format",),
                kind="choice",
                group="history",
                choices=("terminal", "json"),
                default="terminal",
                help="for people, or every run with all its numbers",
                has_variable=False,
            ),
        ),
    ),
    "waive": Command(
        groups=frozenset(("waivers", "general")),
        arguments=(
            Argument(
                name="fingerprint",
                metavar="FINGERPRINT",
                help="of the finding, as reports print it; its beginning is enough where that is one finding",
            ),
        ),
        options=(
            Option(
                key="reason",
                flags=("--reason",),
                kind="text",
                group="waivers",
                metavar="TEXT",
                help="why the risk is accepted",
                has_variable=False,
            ),
            Option(
                key="owner",
                flags=("--owner",),
                kind="text",
                group="waivers",
                metavar="NAME",
                help="the team or person who accepts it",
                has_variable=False,
            ),
            Option(
                key="expires",
                flags=("--expires",),
                kind="text",
                group="waivers",
                metavar="YYYY-MM-DD",
                help="the last day on which it is accepted, at most 365 days ahead",
                has_variable=False,
            ),
            Option(
                key="report",
                flags=("--report",),
                kind="text",
                group="waivers",
                metavar="REPORT.json",
                default="report.json",
                help="the saved report that holds the finding; - reads stdin",
                has_variable=False,
            ),
        ),
    ),
    "fix": Command(
        groups=frozenset(("cloud", "identity", "output", "general")),
        arguments=(
            Argument(name="report", metavar="REPORT.json", help="a report saved by --format json=FILE"),
            Argument(
                name="fingerprints",
                metavar="FINGERPRINT",
                help="of a finding in it; its beginning is enough where that is one finding",
                many=True,
            ),
        ),
        options=(
            Option(
                key="yes",
                flags=("--yes",),
                opposite="--no-yes",
                kind="switch",
                group="fix",
                default=False,
                help="do not ask. Without a terminal and without this, nothing is written",
                has_variable=False,
            ),
            Option(
                key="journal",
                flags=("--journal",),
                kind="path",
                group="fix",
                metavar="FILE",
                default_text="journal.jsonl in the user's state directory",
                help="remember here what was written",
                has_variable=False,
            ),
        ),
    ),
    "permissions": Command(
        groups=frozenset(("selection", "reach", "general")),
        options=(
            Option(
                key="fix",
                flags=("--fix",),
                kind="switch",
                group="fix",
                default=False,
                help="print the actions that `scan --fix` needs beyond the audit, as a role of its own",
                has_variable=False,
            ),
        ),
    ),
}
"""By the words that name it, as `auditor.options_parser.SUMMARIES` does."""
