"""Rules and writers of strangers, through the same door as our own."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

from auditor import plugins
from auditor.errors import UsageError
from auditor.model.pack import Sheet
from auditor.options import parse
from auditor.progress import SilentProgress
from auditor.sandbox.demo import sample_connection
from auditor.scan import audit

EXAMPLE = Path(__file__).parents[1] / "packs" / "example_pack"
GROUP = "auditor.packs"
OURS = tuple(entry_points(group=GROUP))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory that modules can be imported from, with the example's beside it."""
    monkeypatch.syspath_prepend(str(EXAMPLE))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] in {"example_pack", "stranger"}]:
        del sys.modules[name]


def example_point() -> EntryPoint:
    """The entry point as the example's own pyproject.toml declares it."""
    declared = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][
        GROUP
    ]
    ((name, value),) = declared.items()
    return EntryPoint(name=name, value=value, group=GROUP)


def stranger(path: Path, source: str, value: str = "stranger:PACK") -> EntryPoint:
    (path / "stranger.py").write_text(source, encoding="utf-8")
    return EntryPoint(name="stranger", value=value, group=GROUP)


def test_example_pack_brings_its_rule_and_format_beside_ours(path: Path) -> None:
    packs = plugins.load([*OURS, example_point()])
    assert "example" in [pack.name for pack in packs.packs]
    assert packs.rule("example-search-location").title == "Search service in an allowed region"
    assert packs.writer("counts").name == "counts"
    assert packs.rule("openai-public-network-access").severity == "high"
    assert [rule.id for rule in packs.rules] == sorted(rule.id for rule in packs.rules)


def test_example_rule_runs_and_example_writer_writes(path: Path) -> None:
    packs = plugins.load([*OURS, example_point()])
    options = parse(["demo", "--rule", "example-*"], {}, path).options
    result = audit(sample_connection(lambda: None), options, packs, (), SilentProgress())
    statuses = [found.status for found in result.results]
    assert {found.rule for found in result.results} == {"example-search-location"}
    assert statuses.count("pass") >= 1
    assert statuses.count("unknown") == 1
    assert packs.writer("counts").render(result, Sheet()) == "".join(
        f"{status} {statuses.count(status)}\n" for status in ("fail", "not_applicable", "pass", "unknown")
    )
    assert [(pack.name, pack.version) for pack in result.packs if pack.name == "example"] == [
        ("example", "1.2.0")
    ]


IMPORTS = "from auditor.model.pack import Pack, Writer\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("PACK = = 1", "cannot be loaded: SyntaxError"),
        ("assert False, 'not today'", "cannot be loaded: AssertionError: not today"),
        ("raise SystemExit(0)", "cannot be loaded: SystemExit: 0"),
        ("class Odd(Exception): pass\nraise Odd('a\\nb')", r"cannot be loaded: Odd: a\nb"),
        ("", "cannot be loaded: AttributeError"),
        ("PACK = 7", "entry point stranger of auditor.packs is a int, not a Pack"),
        (f"{IMPORTS}PACK = Pack(name='s', version='1', rules=('x',))", "brings a str where a Rule belongs"),
        (f"{IMPORTS}PACK = Pack(name='s', version='1', writers=(print,))", "where a Writer belongs"),
        (
            f"{IMPORTS}PACK = Pack(name='s', version='1', sources=({{}},))",
            "brings a dict where a Source belongs",
        ),
    ],
)
def test_pack_that_is_broken_is_exit_2_and_named(source: str, said: str, path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        plugins.load([*OURS, stranger(path, source)])
    assert caught.value.exit_code == 2
    assert "stranger" in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.hint == "Mend or uninstall the distribution that brings it."


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("rules=PACK.rules", "two packs claim the rule example-search-location: example and thief"),
        ("writers=PACK.writers", "two packs claim the format counts: example and thief"),
    ],
)
def test_name_that_two_packs_claim_is_exit_2_and_names_both(member: str, said: str, path: Path) -> None:
    source = f"{IMPORTS}from example_pack import PACK\nMINE = Pack(name='thief', version='1', {member})\n"
    with pytest.raises(UsageError) as caught:
        plugins.load([*OURS, example_point(), stranger(path, source, "stranger:MINE")])
    assert caught.value.exit_code == 2
    assert str(caught.value) == f"{said}. Uninstall one of them."


def test_load_without_any_pack_is_exit_2() -> None:
    with pytest.raises(UsageError, match="no rule pack is installed"):
        plugins.load([])
