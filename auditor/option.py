"""What one option is: the shape that the options table is made of."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

# fmt: off
Kind = Literal[
    "text", "choice", "switch", "count", "integer", "number",
    "file", "path", "url", "database", "output", "log-tables", "webhook",
]
Group = Literal[
    "scope", "cloud", "identity", "selection",
    "output", "send", "gate", "waivers", "history", "fix", "reach", "pace", "general",
]
# fmt: on

GROUPS: Final[tuple[Group, ...]] = (
    *("scope", "cloud", "identity", "selection"),
    *("output", "send", "gate", "waivers", "history", "fix", "reach", "pace", "general"),
)


class Option(NamedTuple):
    """One option of the command; always made by keywords.

    A named tuple, for `--help` must answer before dataclasses could even be imported.

    `key` is its name in `[scan]` of the file and, upper-cased behind `AUDITOR_`, in the environment.
    The value of a repeatable option is a tuple; the environment separates its entries by commas.
    """

    key: str
    flags: tuple[str, ...]
    kind: Kind
    group: Group
    help: str
    field: str = ""
    """Its attribute of ScanOptions; empty: the key."""
    default: object = None
    default_text: str = ""
    """What the help says of the default where the value does not say it."""
    metavar: str | None = None
    repeatable: bool = False
    choices: tuple[str, ...] = ()
    opposite: str = ""
    """A switch's flag that turns it off, so that a flag can always beat environment and file."""
    minimum: float = 0
    maximum: float | None = None
    in_file: bool = True
    has_variable: bool = True
    """False for an option of one command alone: nothing but its flag gives it."""

    @property
    def attribute(self) -> str:
        return self.field or self.key

    @property
    def variable(self) -> str:
        return f"AUDITOR_{self.key.upper()}"

    @property
    def flag(self) -> str:
        """The long flag, as errors name it."""
        return self.flags[-1]

    @property
    def all_flags(self) -> tuple[str, ...]:
        return (*self.flags, self.opposite) if self.opposite else self.flags

    @property
    def standing(self) -> object:
        """The value where no flag, variable or file gives one."""
        return () if self.repeatable and self.default is None else self.default
