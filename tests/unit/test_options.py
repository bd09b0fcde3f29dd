from __future__ import annotations

import dataclasses
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor import logs, progress
from auditor.commands import COMMANDS
from auditor.destinations import LogTables, Webhook
from auditor.errors import UsageError
from auditor.option_values import Output
from auditor.options import Invocation, ScanOptions, parse
from auditor.options_parser import SUMMARIES
from auditor.options_table import OPTIONS

RULE_ID = "dcr-0123456789abcdef0123456789abcdef"
DEFAULTS: dict[str, Any] = {
    "subscriptions": (),
    "management_group": None,
    "resource_groups": (),
    "cloud": "AzureCloud",
    "arm_endpoint": None,
    "ca_bundle": None,
    "auth": "auto",
    "tenant": None,
    "profile": "all",
    "rules": (),
    "skip_rules": (),
    "all_resources": False,
    "outputs": (Output(format="terminal", file=None),),
    "min_severity": "info",
    "annotations": True,
    "send": (),
    "notify": (),
    "baseline": None,
    "fail_on": "high",
    "min_score": None,
    "allow_incomplete": False,
    "allow_empty": False,
    "waivers_file": None,
    "history": None,
    "fix": False,
    "fix_managed": False,
    "approve": (),
    "yes": False,
    "max_fixes": 10,
    "journal_file": None,
    "data_plane": False,
    "read_app_settings": False,
    "max_concurrency": 64,
    "timeout_s": 60.0,
    "config_file": None,
    "verbosity": 0,
    "quiet": False,
    "no_progress": False,
}
# Option key, flags, environment text, TOML text, the value all three must come to.
SPELLINGS: list[tuple[str, list[str], str, str, Any]] = [
    ("subscription", ["-s", "a", "--subscription", "b"], "a, b,", '["a", "b"]', ("a", "b")),
    ("subscription", ["-s", "a"], "a", '"a"', ("a",)),
    ("management_group", ["--management-group", "mg"], "mg", '"mg"', "mg"),
    ("resource_group", ["-g", "a", "-g", "b"], "a,b", '["a", "b"]', ("a", "b")),
    ("cloud", ["--cloud", "azurechinacloud"], "AZURECHINACLOUD", '"AzureChinaCloud"', "AzureChinaCloud"),
    ("arm_endpoint", ["--arm-endpoint", "https://a:1/"], "https://a:1", '"https://a:1"', "https://a:1"),
    ("auth", ["--auth", "cli"], "cli", '"cli"', "cli"),
    ("tenant", ["--tenant=t"], "t", '"t"', "t"),
    ("profile", ["--profile", "foundry"], "foundry", '"foundry"', "foundry"),
    ("rule", ["--rule", "a*"], "a*", '["a*"]', ("a*",)),
    ("skip_rule", ["--skip-rule", "a*", "--skip-rule", "b"], "a*,b", '["a*", "b"]', ("a*", "b")),
    ("all_resources", ["--all-resources"], "yes", "true", True),
    (
        "format",
        ["--format", "json=o.json", "--format", "html"],
        "json=o.json,html",
        '["json=o.json", "html=-"]',
        (Output(format="json", file=Path("o.json")), Output(format="html", file=None)),
    ),
    ("min_severity", ["--min-severity", "low"], "Low", '"low"', "low"),
    (
        "send",
        ["--send", f"log-analytics://h/{RULE_ID}"],
        f"log-analytics://h/{RULE_ID},",
        f'"log-analytics://h/{RULE_ID}"',
        (LogTables(endpoint="https://h", rule_id=RULE_ID),),
    ),
    (
        "notify",
        ["--notify", "https://h/x", "--notify", "slack+https://h/y"],
        "https://h/x, slack+https://h/y",
        '["https://h/x", "slack+https://h/y"]',
        (Webhook(kind="json", url="https://h/x"), Webhook(kind="slack", url="https://h/y")),
    ),
    ("annotations", ["--no-annotations"], "no", "false", False),
    ("fail_on", ["--fail-on", "never"], "never", '"never"', "never"),
    ("min_score", ["--min-score", "80"], "80", "80", 80.0),
    ("min_score", ["--min-score", "0"], "0.0", "0", 0.0),
    ("allow_incomplete", ["--allow-incomplete"], "1", "true", True),
    ("allow_empty", ["--allow-empty"], "on", "true", True),
    ("fix", ["--fix"], "yes", "true", True),
    ("max_concurrency", ["--max-concurrency", "8"], "8", "8", 8),
    ("timeout", ["--timeout", "2.5"], "2.5", "2.5", 2.5),
    ("verbose", ["-vv"], "2", "2", 2),
    ("quiet", ["-q"], "true", "true", True),
    ("no_progress", ["--no-progress"], "1", "true", True),
    ("data_plane", ["--data-plane"], "on", "true", True),
    ("read_app_settings", ["--read-app-settings"], "yes", "true", True),
]
BY_KEY = {option.key: option for option in OPTIONS}


def scan(*arguments: str, folder: Path, environ: dict[str, str] | None = None) -> ScanOptions:
    return parse(["scan", *arguments], environ or {}, folder).options


def flat(options: ScanOptions) -> dict[str, Any]:
    return {
        field.name: getattr(options, field.name)
        for field in dataclasses.fields(options)
        if field.name != "declared"
    }


def configured(folder: Path, text: str) -> Path:
    file = folder / "auditor.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_options_with_nothing_given_are_the_defaults(tmp_path: Path) -> None:
    options = scan(folder=tmp_path)
    assert flat(options) == DEFAULTS
    assert options.declared.discover
    assert options.declared.workloads == ()


def test_options_table_covers_every_attribute_once() -> None:
    attributes = [option.attribute for option in OPTIONS]
    assert sorted(attributes) == sorted([*DEFAULTS, "discover"])
    flags = [flag for option in OPTIONS for flag in option.all_flags]
    assert len(flags) == len(set(flags))


@pytest.mark.parametrize(("key", "flags", "text", "toml", "value"), SPELLINGS)
def test_option_as_flag_variable_and_key_comes_to_the_same_value(
    key: str, flags: list[str], text: str, toml: str, value: Any, tmp_path: Path
) -> None:
    expected = {**DEFAULTS, BY_KEY[key].attribute: value}
    assert flat(scan(*flags, folder=tmp_path)) == expected
    assert flat(scan(folder=tmp_path, environ={BY_KEY[key].variable: text})) == expected
    for spelling in (key, key.replace("_", "-")):
        file = configured(tmp_path, f"[scan]\n{spelling} = {toml}\n")
        assert flat(scan(folder=tmp_path)) == {**expected, "config_file": file}


@pytest.mark.parametrize(
    ("flag", "environ"), [("--ca-bundle", "AUDITOR_CA_BUNDLE"), ("--waivers", "AUDITOR_WAIVERS")]
)
def test_file_option_is_a_file_from_every_source(flag: str, environ: str, tmp_path: Path) -> None:
    file = tmp_path / "given"
    file.touch()
    name = BY_KEY[flag[2:].replace("-", "_")].attribute
    assert getattr(scan(flag, str(file), folder=tmp_path), name) == file
    assert getattr(scan(folder=tmp_path, environ={environ: str(file)}), name) == file
    configured(tmp_path, f'[scan]\n{flag[2:]} = "given"\n')
    assert getattr(scan(folder=tmp_path), name) == file
    file.unlink()
    if flag == "--waivers":
        # `auditor waive` makes the file; who reads it says that it is not there.
        assert getattr(scan(folder=tmp_path), name) == file
        return
    with pytest.raises(UsageError, match="there is no file"):
        scan(folder=tmp_path)


@pytest.mark.parametrize(
    ("flags", "variable", "in_file", "winner"),
    [
        (["--fail-on", "low"], "medium", "critical", "low"),
        ([], "medium", "critical", "medium"),
        ([], "", "critical", "critical"),
        ([], None, "critical", "critical"),
        (["--fail-on", "low"], None, None, "low"),
        ([], None, None, "high"),
    ],
)
def test_option_from_several_sources_takes_flag_then_variable_then_file(
    flags: list[str], variable: str | None, in_file: str | None, winner: str, tmp_path: Path
) -> None:
    configured(tmp_path, f'[scan]\nfail_on = "{in_file}"\n' if in_file else "")
    environ = {} if variable is None else {"AUDITOR_FAIL_ON": variable}
    assert scan(*flags, folder=tmp_path, environ=environ).fail_on == winner


@pytest.mark.parametrize(
    ("key", "opposite"),
    [(option.key, option.opposite) for option in OPTIONS if option.kind == "switch" and not option.default],
)
def test_opposite_flag_beats_a_switch_that_the_environment_turned_on(
    key: str, opposite: str, tmp_path: Path
) -> None:
    environ = {BY_KEY[key].variable: "true"}
    assert getattr(scan(folder=tmp_path, environ=environ), key) is True
    assert getattr(scan(opposite, folder=tmp_path, environ=environ), key) is False


@pytest.mark.parametrize(
    ("flags", "environ", "toml", "discover"),
    [
        (["--no-discover"], {}, "", False),
        ([], {"AUDITOR_DISCOVER": "off"}, "", False),
        ([], {}, "[scan]\ndiscover = false", False),
        (["--discover"], {"AUDITOR_DISCOVER": "off"}, "[scan]\ndiscover = false", True),
    ],
)
def test_discover_from_any_source_reaches_the_declaration(
    flags: list[str], environ: dict[str, str], toml: str, discover: bool, tmp_path: Path
) -> None:
    configured(tmp_path, toml)
    assert scan(*flags, folder=tmp_path, environ=environ).declared.discover is discover


def test_exclusive_options_of_different_sources_keep_the_stronger(tmp_path: Path) -> None:
    configured(tmp_path, '[scan]\ncloud = "AzureChinaCloud"\nquiet = true\n')
    options = scan("-v", folder=tmp_path, environ={"AUDITOR_ARM_ENDPOINT": "https://arm.example"})
    assert (options.cloud, options.arm_endpoint) == ("AzureCloud", "https://arm.example")
    assert (options.verbosity, options.quiet) == (1, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no command given. Choose scan, demo, rules, render, diff, history, waive, fix or permissions"),
        (["scn"], "unknown command 'scn'. Did you mean scan?"),
        (["--verbos"], "unknown option '--verbos'"),
        (["-v", "scan"], "-v stands before the command. Write it behind scan."),
        (["scan", "--fromat", "json"], "unknown option '--fromat'. Did you mean --format?"),
        (["scan", "--fail-om=low"], "unknown option '--fail-om'. Did you mean --fail-on?"),
        (["scan", "--sub", "x"], "unknown option '--sub'"),
        (["rules", "--fix"], "unknown option '--fix'"),
        (["scan", "--yes"], "--yes says how to fix, and --fix is not given. Add --fix."),
        (["scan", "--approve", "x"], "--approve says how to fix"),
        (["scan", "--fix-managed", "--no-fix"], "--fix-managed says how to fix"),
        (["scan", "--fix", "--max-fixes", "0"], "--max-fixes: 0 is out of range"),
        (["scan", "extra"], "takes no argument 'extra'"),
        (["scan", "-s"], "expected one argument"),
        (["scan", "-s", " "], "--subscription: is empty"),
        (["scan", "--auth", "clii"], "--auth: 'clii' is not one of auto, cli, "),
        (["scan", "--fail-on", "info"], "--fail-on: 'info' is not one of critical, high, medium, low, never"),
        (["scan", "--min-score", "x"], "--min-score: 'x' is not a number"),
        (["scan", "--min-score", "101"], "101 is out of range. Choose a number from 0 to 100."),
        (["scan", "--min-score", "-1"], "-1 is out of range"),
        (["scan", "--min-score", "nan"], "nan is out of range"),
        (["scan", "--max-concurrency", "0"], "0 is out of range. Choose a number from 1 to 1000."),
        (["scan", "--max-concurrency", "1.5"], "'1.5' is not a whole number"),
        (["scan", "--timeout", "inf"], "inf is out of range"),
        (["scan", "--arm-endpoint", "http://arm.example"], "is not an https address"),
        (["scan", "--arm-endpoint", "https://u:p@arm.example"], "is not an https address"),
        (["scan", "--arm-endpoint", "https://arm.example?x=1"], "is not an https address"),
        (["scan", "--arm-endpoint", "https://arm.example:port"], "is not an https address"),
        (["scan", "--arm-endpoint", "https://"], "is not an https address"),
        (["scan", "--format", "=x"], "is not NAME or NAME=FILE"),
        (["scan", "--format", "json="], "is not NAME or NAME=FILE"),
        (["scan", "--format", "json", "--format", "html=-"], "two reports go to standard output"),
        (["scan", "--format", "json=a", "--format", "html=a"], "two reports go to a"),
        (["scan", "--cloud", "AzureCloud", "--arm-endpoint", "https://a"], "exclude each other"),
        (["scan", "-v", "-q"], "--verbose and --quiet exclude each other"),
        (["scan", "--ca-bundle", "none.pem"], "--ca-bundle: there is no file none.pem"),
        (["scan", "--config", "none.toml"], "--config: there is no file none.toml"),
        (["demo", "--cloud", "AzureCloud"], "demo: unknown option '--cloud'"),
        (["rules", "show"], "the following arguments are required: ID"),
        (["rules", "sho", "x"], "invalid choice: 'sho'"),
        (["rules", "--fail-on=low"], "rules: unknown option '--fail-on'"),
        (["scan", "bad\nline\x1b[2J"], r"bad\nline\x1b[2J"),
    ],
)
def test_wrong_command_line_is_one_line_with_a_next_step(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        parse(arguments, {}, tmp_path)
    assert said in str(caught.value)
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("AUDITOR_AUTH", "clii", "AUDITOR_AUTH: 'clii' is not one of"),
        ("AUDITOR_ALLOW_EMPTY", "maybe", "AUDITOR_ALLOW_EMPTY: 'maybe' is neither true nor false"),
        ("AUDITOR_MIN_SCORE", "many", "AUDITOR_MIN_SCORE: 'many' is not a number"),
        ("AUDITOR_CONFIG", "none.toml", "AUDITOR_CONFIG: there is no file none.toml"),
    ],
)
def test_wrong_variable_is_named(variable: str, text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        scan(folder=tmp_path, environ={variable: text})
    assert said in str(caught.value)


def test_config_by_flag_beats_variable_beats_folder(tmp_path: Path) -> None:
    configured(tmp_path, '[scan]\nfail_on = "low"\n')
    for name in ("medium", "critical"):
        (tmp_path / f"{name}.toml").write_text(f'[scan]\nfail_on = "{name}"\n', encoding="utf-8")
    environ = {"AUDITOR_CONFIG": str(tmp_path / "medium.toml")}
    flag = str(tmp_path / "critical.toml")
    assert scan(folder=tmp_path).fail_on == "low"
    assert scan(folder=tmp_path, environ=environ).fail_on == "medium"
    assert scan("--config", flag, folder=tmp_path, environ=environ).config_file == Path(flag)


def test_demo_takes_gates_from_the_surroundings_but_scope_from_flags_only(tmp_path: Path) -> None:
    configured(tmp_path, '[scan]\nsubscription = "mine"\nfail_on = "low"\ntenant = "t"\n')
    environ = {"AUDITOR_RESOURCE_GROUP": "mine", "AUDITOR_AUTH": "cli"}
    options = parse(["demo"], environ, tmp_path).options
    assert flat(options) == {**DEFAULTS, "fail_on": "low", "config_file": tmp_path / "auditor.toml"}
    assert parse(["demo", "-g", "rg"], environ, tmp_path).options.resource_groups == ("rg",)


@pytest.mark.parametrize(
    ("arguments", "command", "taken"),
    [
        (["rules"], "rules", {}),
        (["rules", "show", "storage-tls"], "rules show", {"rule_id": "storage-tls"}),
        (
            ["rules", "--profile", "foundry", "show", "storage-tls", "-v"],
            "rules show",
            {"rule_id": "storage-tls"},
        ),
        (["permissions"], "permissions", {"fix": False}),
        (["permissions", "--fix"], "permissions", {"fix": True}),
    ],
)
def test_command_line_of_other_commands_is_read(
    arguments: list[str], command: str, taken: dict[str, Any], tmp_path: Path
) -> None:
    found: Invocation = parse(arguments, {}, tmp_path)
    assert (found.command, found.arguments) == (command, taken)
    assert found.options.profile == ("foundry" if "--profile" in arguments else "all")
    assert found.options.verbosity == ("-v" in arguments)


def test_commands_have_a_summary_and_what_they_take_each() -> None:
    assert list(SUMMARIES) == list(COMMANDS)


@pytest.mark.parametrize("command", ["scan", "demo", "rules", "permissions"])
def test_help_of_a_command_names_its_options_and_variables(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse([command, "--help"], {}, tmp_path)
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "--skip-rule" in text
    assert "AUDITOR_SKIP_RULE" in text
    assert ("--auth" in text) is (command == "scan")
    assert ("--fail-on" in text) is (command in {"scan", "demo"})


def test_help_imports_the_standard_library_only() -> None:
    code = (
        "import sys\n"
        "sys.path[:] = [path for path in sys.path if not path.endswith('site-packages')]\n"
        "from pathlib import Path\n"
        "from auditor.options import parse\n"
        "parse(['scan', '--help'], {}, Path())\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "--subscription" in done.stdout


@pytest.mark.parametrize(
    ("verbosity", "quiet", "shown"),
    [
        (0, True, ["error"]),
        (0, False, ["warning", "error"]),
        (1, False, ["info", "warning", "error"]),
        (2, False, ["debug", "info", "warning", "error"]),
    ],
)
def test_logs_at_each_verbosity_show_their_levels_and_libraries_one_less(
    verbosity: int, quiet: bool, shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(verbosity=verbosity, quiet=quiet)
    for name in ("auditor.collect", "azure.identity"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(level, "said")
    captured = capsys.readouterr()
    ours = [f"{level} auditor.collect: said" for level in shown]
    libraries = [f"{level} azure.identity: said" for level in shown[1:]]
    assert captured.err.splitlines() == [*ours, *libraries]
    assert captured.out == ""


@pytest.mark.parametrize(("verbosity", "traced"), [(0, False), (1, True)])
def test_log_of_an_error_escapes_control_characters_and_traces_only_when_verbose(
    verbosity: int, traced: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(verbosity=verbosity, quiet=False)
    try:
        raise ValueError("deep\x1b[2J")
    except ValueError:
        logging.getLogger("auditor").exception("name\r\nerror forged\x1b[31m")
    text = capsys.readouterr().err
    assert text.splitlines()[0] == r"error auditor: name\r\nerror forged\x1b[31m"
    assert ("Traceback" in text) is traced
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("wanted", "terminal", "kind"),
    [
        (True, True, progress.TerminalProgress),
        (True, False, progress.SilentProgress),
        (False, True, progress.SilentProgress),
    ],
)
def test_progress_shows_only_where_wanted_and_seen(
    wanted: bool,
    terminal: bool,
    kind: type,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with progress.choose_progress(wanted=wanted, stderr_is_terminal=terminal) as shown:
        assert type(shown) is kind
        shown.started("reading [bold]x[/bold]\x1b[2J")
        shown.request_finished()
    shown.close()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert ("1 requests" in captured.err) is (kind is progress.TerminalProgress)
    assert "\x1b[2J" not in captured.err


@pytest.mark.parametrize(
    ("key", "flags", "text", "toml", "value"),
    [
        ("fix_managed", ["--fix-managed"], "1", "true", True),
        ("yes", ["--yes"], "on", "true", True),
        ("max_fixes", ["--max-fixes", "3"], "3", "3", 3),
        ("approve", ["--approve", "/a", "--approve", "/b"], "/a,/b", '["/a", "/b"]', ("/a", "/b")),
    ],
)
def test_option_of_fix_as_flag_variable_and_key_comes_to_the_same_value(
    key: str, flags: list[str], text: str, toml: str, value: object, tmp_path: Path
) -> None:
    option = BY_KEY[key]
    by_flag = scan("--fix", *flags, folder=tmp_path)
    by_variable = scan("--fix", folder=tmp_path, environ={option.variable: text})
    configured(tmp_path, f"[scan]\nfix = true\n{key} = {toml}\n")
    by_file = scan(folder=tmp_path)
    found = [getattr(options, option.attribute) for options in (by_flag, by_variable, by_file)]
    assert found == [value] * 3


def test_option_of_fix_in_the_surroundings_without_fix_is_no_mistake(tmp_path: Path) -> None:
    assert scan(folder=tmp_path, environ={"AUDITOR_YES": "1"}).fix is False


def test_journal_of_the_file_lies_beside_the_file_and_need_not_be_there(tmp_path: Path) -> None:
    configured(tmp_path, '[scan]\njournal = "state/fixes.jsonl"\n')
    assert scan(folder=tmp_path).journal_file == tmp_path / "state" / "fixes.jsonl"
    assert scan("--fix", "--journal", "j", folder=tmp_path).journal_file == Path("j")


def test_demo_is_not_told_by_the_surroundings_to_fix(tmp_path: Path) -> None:
    configured(tmp_path, "[scan]\nfix = true\nyes = true\n")
    assert parse(["demo"], {"AUDITOR_FIX": "1"}, tmp_path).options.fix is False
    assert parse(["demo", "--fix"], {}, tmp_path).options.yes is False


def test_history_of_the_file_lies_beside_the_file_and_an_address_stays_as_it_is(tmp_path: Path) -> None:
    configured(tmp_path, '[scan]\nhistory = "state/runs.db"\n')
    assert scan(folder=tmp_path).history == str(tmp_path / "state" / "runs.db")
    configured(tmp_path, '[scan]\nhistory = "postgresql://h/d"\n')
    assert scan(folder=tmp_path).history == "postgresql://h/d"
    assert scan("--history", "runs.db", folder=tmp_path).history == "runs.db"
