"""The command line as argparse reads it, made from the options table. Values stay as they were written."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from auditor import __version__
from auditor.errors import UsageError, did_you_mean

# The table of options is imported by the functions that use it: `auditor --help` shows none of them.
if TYPE_CHECKING:
    from auditor.option import Group, Option

    _Commands = argparse._SubParsersAction["_Parser"]

SUMMARIES: Final[Mapping[str, str]] = {
    "scan": "read the live tenant, judge it, report",
    "demo": "scan a sample tenant that ships with the program; no network, no sign-in",
    "rules": "list the rules; `rules show ID` prints one rule's whole page",
    "rules show": "print one rule's whole page",
    "render": "turn a saved JSON report into any other format",
    "diff": "compare two saved reports: new, fixed, regressed, unknown now",
    "history": "list the kept runs: trend, new, fixed, regressed, age of what is open",
    "waive": "accept a finding: write it to the waiver file, with an owner and an end",
    "fix": "apply the remedies of single findings of a saved report, one by one",
    "permissions": "print the Azure actions that the selected rules need, and a role definition",
}
_START: Final = (
    "Begin with `auditor demo`, then `az login` and `auditor scan`. "
    "`auditor COMMAND --help` lists a command's options."
)
_EXIT_CODES: Final = (
    " Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 usage error, 3 nothing could be audited, "
    "4 incomplete, 5 a fix failed, 6 the history failed, 130 interrupted."
)
_PRECEDENCE: Final = (
    "A flag beats its AUDITOR_... variable, which beats its key in [scan] of auditor.toml. "
    "Lists are comma-separated in variables."
)


class CommandLine(NamedTuple):
    """A command, and the raw values of the flags and arguments that were given, by option key and name."""

    command: str
    flags: Mapping[str, object]
    arguments: Mapping[str, object]


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing usage and exiting."""

    def error(self, message: str) -> NoReturn:
        command = self.prog.removeprefix("auditor").strip()
        raise UsageError(f"{command}: {message}" if command else message, f"See {self.prog} --help.")

    def _get_formatter(self) -> argparse.HelpFormatter:
        # argparse would import shutil for the width, a tenth of what `auditor --help` takes.
        return argparse.HelpFormatter(prog=self.prog, width=_width())


def _width() -> int:
    """The columns that help may fill: what COLUMNS says, else the terminal's, else 80; two stay free."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated) - 2
    try:
        return os.get_terminal_size().columns - 2
    except OSError:
        return 78


class _Switch(argparse.Action):
    """`--thing` and `--no-thing`: true unless the option's opposite was written."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        from auditor.options_table import BY_KEY

        setattr(namespace, self.dest, option_string != BY_KEY[self.dest].opposite)


def read_command_line(arguments: Sequence[str]) -> CommandLine:
    """Split the arguments. Raises UsageError, and SystemExit(0) for `--help` and `--version`."""
    if not arguments:
        raise _no_command()
    if not arguments[0].startswith("-") and arguments[0] not in SUMMARIES:
        raise UsageError(f"unknown command {arguments[0]!r}", did_you_mean(arguments[0], _first_words()))
    found, unread = build_parser(arguments[0]).parse_known_args(arguments)
    given = dict(vars(found))
    command = given.pop("command", None)
    if unread:
        raise _unread(unread[0], command)
    if not isinstance(command, str):
        raise _no_command()
    own = _own(command)
    return CommandLine(
        command=command,
        flags={key: value for key, value in given.items() if key not in own},
        arguments={key: value for key, value in given.items() if key in own},
    )


def build_parser(chosen: str) -> argparse.ArgumentParser:
    """Return the parser of every command, with the options of the chosen one: the others cost only time."""
    parser = _Parser(
        prog="auditor",
        description="Audit private Azure AI estates: read the live tenant, judge it, report.",
        epilog=_START,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"auditor {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name in _first_words():
        command = _command(commands, name)
        if name == chosen:
            _complete(command, name)
    return parser


def _first_words() -> Sequence[str]:
    return [name for name in SUMMARIES if " " not in name]


def _own(command: str) -> frozenset[str]:
    """The names of the command's arguments and of the options that are its own."""
    from auditor.commands import COMMANDS

    found = COMMANDS[command]
    return frozenset((*(one.name for one in found.arguments), *(one.key for one in found.options)))


def _command(commands: _Commands, name: str) -> _Parser:
    summary = SUMMARIES[name]
    command = commands.add_parser(
        name.rpartition(" ")[2],
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        allow_abbrev=False,
    )
    command.set_defaults(command=name)
    return command


def _complete(command: _Parser, name: str) -> None:
    from auditor.commands import COMMANDS

    taken = COMMANDS[name]
    words = "".join(f" {one.metavar}{'...' if one.many else ''}" for one in taken.arguments)
    command.usage = f"auditor {name}{words} [OPTIONS]"
    command.epilog = _PRECEDENCE + (_EXIT_CODES if "gate" in taken.groups else "")
    for argument in taken.arguments:
        command.add_argument(
            argument.name,
            metavar=argument.metavar,
            help=argument.help,
            nargs="+" if argument.many else None,
        )
    for option in taken.options:
        _add(command, option)
    _add_options(command, taken.groups)
    _add_actions(command, name)


def _add_actions(command: _Parser, name: str) -> None:
    """The commands of one word more, such as `rules show` behind `rules`."""
    inner = [longer for longer in SUMMARIES if longer.rpartition(" ")[0] == name]
    if not inner:
        return
    actions = command.add_subparsers(title="actions", metavar="ACTION", prog=f"auditor {name}")
    for longer in inner:
        _complete(_command(actions, longer), longer)


def _add_options(parser: argparse.ArgumentParser, groups: frozenset[Group]) -> None:
    from auditor.option import GROUPS
    from auditor.options_table import OPTIONS

    for group in GROUPS:
        if group in groups:
            section = parser.add_argument_group(group)
            for option in OPTIONS:
                if option.group == group:
                    _add(section, option)


def _add(section: argparse._ActionsContainer, option: Option) -> None:
    help_text = _help(option)
    if option.kind == "switch":
        section.add_argument(*option.all_flags, action=_Switch, dest=option.key, help=help_text)
    elif option.kind == "count":
        section.add_argument(
            *option.flags, action="count", dest=option.key, default=argparse.SUPPRESS, help=help_text
        )
    else:
        section.add_argument(
            *option.flags,
            action="append" if option.repeatable else "store",
            dest=option.key,
            default=argparse.SUPPRESS,
            metavar=option.metavar or f"{{{','.join(option.choices)}}}",
            help=help_text,
        )


def _help(option: Option) -> str:
    standing = option.default_text
    if not standing and isinstance(option.default, bool):
        standing = "on" if option.default else "off"
    elif not standing and option.default:
        standing = f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
    facts = [f"default: {standing}"] if standing else []
    if option.has_variable:
        facts.append(option.variable)
    text = f"{option.help} [{'; '.join(facts)}]" if facts else option.help
    # argparse would take a percent sign for one of its own placeholders.
    return text.replace("%", "%%")


def _unread(argument: str, command: object) -> UsageError:
    """Explain an argument that nothing takes."""
    from auditor.commands import COMMANDS
    from auditor.options_table import OPTIONS

    if not isinstance(command, str):
        return UsageError(f"unknown option {argument!r}", "Options stand behind the command.")
    if not argument.startswith("-"):
        return UsageError(f"{command} takes no argument {argument!r}", f"See auditor {command} --help.")
    taken = COMMANDS[command]
    options = (*taken.options, *(option for option in OPTIONS if option.group in taken.groups))
    known = [flag for option in options for flag in option.all_flags]
    flag = argument.partition("=")[0]
    if flag in known:
        return UsageError(f"{flag} stands before the command", f"Write it behind {command}.")
    return UsageError(
        f"{command}: unknown option {flag!r}",
        did_you_mean(flag, known, otherwise=f"See auditor {command} --help."),
    )


def _no_command() -> UsageError:
    *most, last = _first_words()
    return UsageError("no command given", f"Choose {', '.join(most)} or {last}; see auditor --help.")
