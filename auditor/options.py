"""Command line, environment and `auditor.toml` become typed options. Flag beats variable beats file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from auditor.commands import COMMANDS
from auditor.config_file import DEFAULT_NAME, ConfigFile, load
from auditor.destinations import LogTables, Webhook
from auditor.errors import UsageError
from auditor.model.declared import Declared
from auditor.model.reach import STEPS, Reach
from auditor.option import Option
from auditor.option_values import Output, from_environment, from_file, from_flag
from auditor.options_fix import FIX_OPTIONS
from auditor.options_parser import CommandLine, read_command_line
from auditor.options_table import BY_KEY, EXCLUSIVE, OPTIONS

_TERMINAL: Final = (Output(format="terminal", file=None),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """Every option, resolved. An empty tuple or None means no restriction, unless said otherwise."""

    subscriptions: tuple[str, ...]
    management_group: str | None
    resource_groups: tuple[str, ...]
    cloud: str
    """Says nothing where `arm_endpoint` is given."""
    arm_endpoint: str | None
    """An https address without a trailing slash."""
    ca_bundle: Path | None
    auth: str
    tenant: str | None
    profile: str
    rules: tuple[str, ...]
    skip_rules: tuple[str, ...]
    all_resources: bool
    outputs: tuple[Output, ...]
    """At least one; at most one to standard output; no file twice."""
    min_severity: str
    annotations: bool
    send: tuple[LogTables, ...]
    notify: tuple[Webhook, ...]
    baseline: Path | None
    """The saved report to compare with; None leaves it to the history."""
    fail_on: str
    min_score: float | None
    allow_incomplete: bool
    allow_empty: bool
    waivers_file: Path | None
    history: str | None
    """A file, or the address of a database, which may hold a password."""
    fix: bool
    fix_managed: bool
    approve: tuple[str, ...]
    """Ids of connections as they were written."""
    yes: bool
    max_fixes: int
    journal_file: Path | None
    data_plane: bool
    read_app_settings: bool
    max_concurrency: int
    timeout_s: float
    config_file: Path | None
    """The file that was read; None where there was none."""
    verbosity: int
    quiet: bool
    no_progress: bool
    declared: Declared

    @property
    def reach(self) -> frozenset[Reach]:
        """The steps beyond what Reader sees that were asked for."""
        return frozenset(step for step in STEPS if getattr(self, step.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What was asked for: a command, its options, and by name its arguments and the options it alone has.

    An argument is text, or a tuple of texts where there may be many; an option not given has its default.
    """

    command: str
    options: ScanOptions
    arguments: Mapping[str, Any]


def parse(arguments: Sequence[str], environ: Mapping[str, str], folder: Path) -> Invocation:
    """Read the arguments behind the program's name; `folder` is where `auditor.toml` is looked for.

    Raises UsageError, and SystemExit(0) once `--help` or `--version` has been answered.
    """
    return resolve(read_command_line(arguments), environ, folder)


def resolve(line: CommandLine, environ: Mapping[str, str], folder: Path) -> Invocation:
    """The same for a command line that was read before. Raises UsageError."""
    return Invocation(
        command=line.command, options=_options(line, environ, folder), arguments=_arguments(line)
    )


def _arguments(line: CommandLine) -> dict[str, Any]:
    command = COMMANDS[line.command]
    values: dict[str, Any] = {}
    for argument in command.arguments:
        given = line.arguments[argument.name]
        values[argument.name] = tuple(given) if isinstance(given, list) else given
    for option in command.options:
        is_given = option.key in line.arguments
        values[option.key] = from_flag(option, line.arguments[option.key]) if is_given else option.standing
    return values


def _options(line: CommandLine, environ: Mapping[str, str], folder: Path) -> ScanOptions:
    flags = {key: from_flag(BY_KEY[key], value) for key, value in line.flags.items()}
    variables = _variables(line.command, environ)
    config = _config(flags.get("config", variables.get("config")), folder)
    settings = _settings(line.command, config) if config else {}
    given = _merge([flags, variables, settings])
    _refuse_without_fix(flags, given)
    values: dict[str, Any] = {option.attribute: given.get(option.key, option.standing) for option in OPTIONS}
    values["outputs"] = checked_outputs(values["outputs"] or _TERMINAL)
    values["config_file"] = config.file if config else None
    declared = Declared(discover=values.pop("discover"))
    if config:
        declared = Declared(workloads=config.workloads, discover=declared.discover, fix=config.fix)
    return ScanOptions(**values, declared=declared)


def _refuse_without_fix(flags: Mapping[str, object], given: Mapping[str, object]) -> None:
    """What only says how to fix says nothing without --fix: on the command line that is a mistake."""
    if given.get("fix"):
        return
    for option in FIX_OPTIONS:
        if option.key != "fix" and flags.get(option.key):
            raise UsageError(f"{option.flag} says how to fix, and --fix is not given", "Add --fix.")


def _variables(command: str, environ: Mapping[str, str]) -> dict[str, object]:
    # An empty variable is how pipelines write an unset one.
    return {
        option.key: from_environment(option, environ[option.variable])
        for option in OPTIONS
        if _heeds_surroundings(command, option) and environ.get(option.variable, "").strip()
    }


def _settings(command: str, config: ConfigFile) -> dict[str, object]:
    config.scan.refuse_unknown(option.key for option in OPTIONS if option.in_file)
    # Every key is checked, also those that this command has no use for.
    values = {key: from_file(BY_KEY[key], config.scan, config.file.parent) for key in config.scan.values}
    return {key: value for key, value in values.items() if _heeds_surroundings(command, BY_KEY[key])}


def _heeds_surroundings(command: str, option: Option) -> bool:
    """Whether variables and file may set the option.

    In the sample tenant your own scope names nothing, your own journal and history are of another tenant, and
    nobody wants to be told of its findings.
    """
    if command == "demo" and option.group in {"scope", "send", "history", "fix"}:
        return False
    return option.group in COMMANDS[command].groups


def _config(named: object, folder: Path) -> ConfigFile | None:
    if isinstance(named, Path):
        return load(named)
    usual = folder / DEFAULT_NAME
    return load(usual) if usual.is_file() else None


def _merge(layers: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Merge the layers, strongest first. Of two exclusive options the one of the stronger layer stays."""
    merged: dict[str, object] = {}
    for layer in reversed(layers):
        for first, second in EXCLUSIVE:
            if layer.get(first) and layer.get(second):
                flags = f"{BY_KEY[first].flag} and {BY_KEY[second].flag}"
                raise UsageError(f"{flags} exclude each other", "Give one of them.")
            for one, other in ((first, second), (second, first)):
                if layer.get(one):
                    merged.pop(other, None)
        merged.update(layer)
    return merged


def checked_outputs(outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """The same outputs. Raises UsageError where two go to one place."""
    seen: set[Path | None] = set()
    for output in outputs:
        if output.file in seen:
            target = output.file or "standard output"
            raise UsageError(f"--format: two reports go to {target}", "Give each a file: NAME=FILE.")
        seen.add(output.file)
    return outputs
