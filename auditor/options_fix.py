"""The options of `--fix`, a part of the options table."""

from __future__ import annotations

from typing import Final

from auditor.option import Option

DEFAULT_MAX_FIXES: Final = 10

FIX_OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        key="fix",
        flags=("--fix",),
        opposite="--no-fix",
        kind="switch",
        group="fix",
        default=False,
        help="plan, confirm, then approve the pending private endpoints that are provably ours",
    ),
    Option(
        key="fix_managed",
        flags=("--fix-managed",),
        opposite="--no-fix-managed",
        kind="switch",
        group="fix",
        default=False,
        help="with --fix: also those that a managed network or shared private link of ours most likely made;"
        " rejected again unless our own side turns connected",
    ),
    Option(
        key="approve",
        flags=("--approve",),
        kind="text",
        group="fix",
        metavar="CONNECTION_ID",
        repeatable=True,
        default_text="none",
        help="with --fix: also this connection, on your word; repeat for more",
    ),
    Option(
        key="yes",
        flags=("--yes",),
        opposite="--no-yes",
        kind="switch",
        group="fix",
        default=False,
        help="with --fix: do not ask. Without a terminal and without this, nothing is written",
    ),
    Option(
        key="max_fixes",
        flags=("--max-fixes",),
        kind="integer",
        group="fix",
        metavar="N",
        minimum=1,
        maximum=1000,
        default=DEFAULT_MAX_FIXES,
        help="with --fix: approve at most N in one run",
    ),
    Option(
        key="journal",
        field="journal_file",
        flags=("--journal",),
        kind="path",
        group="fix",
        metavar="FILE",
        default_text="journal.jsonl in the user's state directory",
        help="with --fix: remember here what was written, and who was rejected",
    ),
)
