"""The sheet that the terminal report is written on, line by line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

from auditor.model.pack import Sheet
from auditor_reports.visible import visible

if TYPE_CHECKING:
    from rich.style import Style

Part = str | tuple[str, str]


class Page:
    """Collects lines. Everything that is written passes `visible`, so callers hand over text as it came.

    A part of a line is a text, or a text and its rich style. Styles show on terminals only.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._lines: list[str] = []

    def line(self, *parts: Part, indent: int = 0) -> None:
        """One line, as long as it is: a terminal folds it, and it is copied in one piece."""
        self._lines.append(" " * indent + "".join(self._styled(part) for part in parts))

    def paragraph(self, text: str, *, indent: int = 0, style: str = "", label: str = "") -> None:
        """Text folded between words, its later lines hanging under the first. No word is ever broken."""
        room = max(self.sheet.width - indent - len(label), 20)
        folded = textwrap.wrap(visible(text), room, break_long_words=False, break_on_hyphens=False)
        for number, piece in enumerate(folded or [""]):
            lead = label if number == 0 else " " * len(label)
            self.line((lead + piece, style), indent=indent)

    def heading(self, title: str, style: str = "bold") -> None:
        self.blank()
        self.line((title.upper(), style))

    def blank(self) -> None:
        """An empty line, never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Part]]) -> None:
        """A table whose first column folds where room is short; the others stay whole."""
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style="dim")
        for number, column in enumerate(columns):
            table.add_column(column, overflow="fold", no_wrap=number > 0)
        for row in rows:
            table.add_row(*(Text(visible(text), style=style) for text, style in map(_split, row)))
        console = Console(
            file=StringIO(),
            width=self.sheet.width - 2,
            height=25,
            force_terminal=self.sheet.is_terminal,
            color_system="standard" if self.sheet.is_terminal else None,
            no_color=False,
        )
        with console.capture() as drawn:
            console.print(table)
        self._lines += [f"  {line}".rstrip() for line in drawn.get().splitlines()]

    def text(self) -> str:
        return "\n".join(self._lines).rstrip("\n") + "\n"

    def _styled(self, part: Part) -> str:
        text, style = _split(part)
        return _coloured(visible(text), style) if style and self.sheet.is_terminal else visible(text)


def counted(count: int, noun: str) -> str:
    """`1 verdict`, `2 verdicts`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _split(part: Part) -> tuple[str, str]:
    return (part, "") if isinstance(part, str) else part


def _coloured(text: str, style: str) -> str:
    from rich.color import ColorSystem

    return _style(style).render(text, color_system=ColorSystem.STANDARD)


@cache
def _style(name: str) -> Style:
    from rich.style import Style

    return Style.parse(name)
