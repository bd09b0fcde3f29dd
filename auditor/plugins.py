"""Loads rule packs: installed distributions with an entry point in the group `auditor.packs`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import EntryPoint, entry_points
from types import TracebackType
from typing import Any

from auditor.collect.source import Source
from auditor.errors import UsageError, did_you_mean
from auditor.model.pack import ChangesWriter, Pack, Writer
from auditor.rule import Rule

GROUP = "auditor.packs"
_HINT = "Mend or uninstall the distribution that brings it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """Everything that all packs bring. Rules and writers are ordered by id and name."""

    packs: tuple[Pack, ...]
    rules: tuple[Rule[Any], ...]
    writers: tuple[Writer, ...]
    changes_writers: tuple[ChangesWriter, ...]
    sources: tuple[Any, ...]

    def writer(self, name: str) -> Writer:
        for writer in self.writers:
            if writer.name == name:
                return writer
        raise UsageError(f"no format {name}", did_you_mean(name, [w.name for w in self.writers]))

    def changes_writer(self, name: str) -> ChangesWriter:
        for writer in self.changes_writers:
            if writer.name == name:
                return writer
        hint = did_you_mean(name, [w.name for w in self.changes_writers])
        raise UsageError(f"no format {name} of a comparison", hint)

    def rule(self, rule_id: str) -> Rule[Any]:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise UsageError(f"no rule {rule_id}", did_you_mean(rule_id, [r.id for r in self.rules]))


def load(points: Iterable[EntryPoint] | None = None) -> Packs:
    """Load every pack. Raises UsageError where one fails, or where two claim a rule id or format."""
    found = entry_points(group=GROUP) if points is None else points
    packs = tuple(_load(point) for point in sorted(found, key=lambda point: point.name))
    if not packs:
        raise UsageError("no rule pack is installed", "Install azure-ai-auditor again.")
    _refuse_twins("rule", [(rule.id, pack.name) for pack in packs for rule in pack.rules])
    _refuse_twins("format", [(writer.name, pack.name) for pack in packs for writer in pack.writers])
    compared = sorted((w.name, pack.name, w) for pack in packs for w in pack.changes_writers)
    _refuse_twins("format of comparisons", [(name, pack) for name, pack, _ in compared])
    rules = tuple(sorted((rule for pack in packs for rule in pack.rules), key=lambda rule: rule.id))
    writers = tuple(sorted((w for pack in packs for w in pack.writers), key=lambda writer: writer.name))
    sources = tuple(source for pack in packs for source in pack.sources)
    changes_writers = tuple(writer for _, _, writer in compared)
    return Packs(packs=packs, rules=rules, writers=writers, changes_writers=changes_writers, sources=sources)


def select(
    rules: Sequence[Rule[Any]], profile: str, wanted: Sequence[str], unwanted: Sequence[str]
) -> tuple[Rule[Any], ...]:
    """The rules of a profile, narrowed to the wanted globs, less the unwanted ones.

    Raises UsageError for a glob that matches no rule at all, and where nothing is left.
    """
    for glob in (*wanted, *unwanted):
        if not any(fnmatchcase(rule.id, glob) for rule in rules):
            hint = (
                did_you_mean(glob, [rule.id for rule in rules]) if "*" not in glob else "See `auditor rules`."
            )
            raise UsageError(f"no rule matches {glob}", hint)
    chosen = tuple(
        rule
        for rule in rules
        if (profile == "all" or profile in rule.profiles)
        and (not wanted or any(fnmatchcase(rule.id, glob) for glob in wanted))
        and not any(fnmatchcase(rule.id, glob) for glob in unwanted)
    )
    if not chosen:
        raise UsageError("no rule is left of this selection", "Widen --profile, --rule or --skip-rule.")
    return chosen


def _load(point: EntryPoint) -> Pack:
    with _Blaming(point):
        found = point.load()
    if not isinstance(found, Pack):
        said = f"the entry point {point.name} of {GROUP} is a {type(found).__name__}, not a Pack"
        raise UsageError(said, _HINT)
    brought_parts: Sequence[tuple[Sequence[object], type]] = (
        (found.rules, Rule),
        (found.writers, Writer),
        (found.changes_writers, ChangesWriter),
        (found.sources, Source),
    )
    for parts, kind in brought_parts:
        for part in parts:
            if not isinstance(part, kind):
                brought = f"brings a {type(part).__name__} where a {kind.__name__} belongs"
                raise UsageError(f"the rule pack {point.name} {brought}", _HINT)
    return found


class _Blaming:
    """Names the pack for whatever importing it ends with: a stranger's module may raise what it likes."""

    def __init__(self, point: EntryPoint) -> None:
        self._point = point

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, KeyboardInterrupt):
            return
        said = f"the rule pack {self._point.name} cannot be loaded: {type(error).__name__}: {error}"
        raise UsageError(said, _HINT) from error


def _refuse_twins(what: str, claims: Iterable[tuple[str, str]]) -> None:
    """`claims` are a name each, and the pack that claims it."""
    first: dict[str, str] = {}
    for name, pack in claims:
        if name in first:
            said = f"two packs claim the {what} {name}: {first[name]} and {pack}"
            raise UsageError(said, "Uninstall one of them.")
        first[name] = pack
