"""The plan as a person reads it before saying yes, and the question itself. All of it goes to stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from auditor.fix.change import Change, Plan
from auditor.model.finding import ABSENT, Evidence
from auditor.model.fix import Fix, FixKind
from auditor.model.ids import ArmId
from auditor.model.plaintext import one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_YES = frozenset({"y", "yes"})
_NARROWEST = 100


def show(plan: Plan, earlier: Sequence[Change] = ()) -> None:
    """Print what would be written and what not, each with its reason; ids are never cut short.

    `earlier` are changes that a run before left open.
    """
    console = _console()
    for change in earlier:
        said = f"Left open by an earlier run, looked after first: {one_line(change.subject.text)}"
        console.print(said, style="bold", soft_wrap=True)
    count = len(plan.changes)
    console.print(f"\nThe plan: {counted(count, 'change')}, {len(plan.others)} left alone", style="bold")
    kinds = {*(change.kind for change in plan.changes), *(other.kind for other in plan.others)}
    if FixKind.APPROVE_PRIVATE_ENDPOINT in kinds:
        console.print(_overview(plan))
    for number, change in enumerate(plan.changes, start=1):
        _show_change(console, number, change)
    for other in plan.others:
        _show_other(console, other)


def say(text: str) -> None:
    """One line on stderr."""
    sys.stderr.write(f"auditor: {one_line(text)}\n")


def may_ask() -> bool:
    """Whether somebody sits at a terminal who has seen the plan and can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Ask on the terminal. Anything but yes, and the end of the input, is no."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


def _console() -> Console:
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = _NARROWEST
    return console


def _overview(plan: Plan) -> Table:
    from rich.table import Table

    table = Table(show_lines=True, expand=True)
    for name, ratio in (("", 3), ("target", 5), ("requester", 9), ("decision, and why", 10)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for number, change in enumerate(plan.changes, start=1):
        requester = _requester(change.private_endpoint)
        why = f"{_row(change.decision, change.row)}{change.said}"
        _add_row(table, f"{number} {change.action}", change.target.name, requester, why)
    for other in plan.others:
        requester = _requester(_parsed(other.private_endpoint))
        why = f"{_row(other.decision, other.row)}{other.message}"
        _add_row(table, other.outcome, other.target.rpartition("/")[2], requester, why)
    return table


def _add_row(table: Table, *cells: str) -> None:
    from rich.text import Text

    table.add_row(*(Text("\n".join(one_line(line) for line in cell.split("\n"))) for cell in cells))


def _requester(endpoint: ArmId | None) -> str:
    """Its name, which is the requester's own choice, and the subscription, which is not."""
    if endpoint is None:
        return "-"
    return f"{one_line(endpoint.name)}\n{endpoint.subscription_id or 'no subscription'}"


def _parsed(endpoint: str | None) -> ArmId | None:
    return ArmId.parse(endpoint) if endpoint else None


def _row(decision: str | None, row: int | None) -> str:
    return f"{decision} (row {row}): " if row is not None else ""


def _show_change(console: Console, number: int, change: Change) -> None:
    console.print(f"\n{number}. {change.kind}: {change.before or 'not known'} → {change.after}", style="bold")
    _print_lines(console, _lines(change))


def _show_other(console: Console, other: Fix) -> None:
    console.print(f"\n{other.outcome}: {other.kind}", style="bold")
    said = other.message if other.kind is not FixKind.APPROVE_PRIVATE_ENDPOINT else None
    ids = (other.connection or other.target, other.private_endpoint, said)
    lines = [*(("", rid) for rid in ids if rid), *(("NOT PROVEN: ", said) for said in other.unproven)]
    _print_lines(console, lines)


def _print_lines(console: Console, lines: Iterable[tuple[str, str]]) -> None:
    for label, text in lines:
        console.print(f"   {label}{one_line(text)}", soft_wrap=True)


def _lines(change: Change) -> Iterable[tuple[str, str]]:
    if change.kind is not FixKind.APPROVE_PRIVATE_ENDPOINT:
        yield "to ", change.said
    yield "writes ", change.subject.text
    where = ""
    for seen in change.evidence:
        if seen.resource != where:
            where = seen.resource
            yield "saw on ", where
        yield "  ", f"{seen.path} = {_value(seen)}"
    for said in change.unproven:
        yield "NOT PROVEN: ", said
    yield "undo ", change.revert


def _value(seen: Evidence) -> str:
    return "(absent)" if seen.value is ABSENT else repr(seen.value)


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
