"""How a rule is tested: a table of worlds, each with the verdict that the rule must give in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.model.declared import Declared
from auditor.model.finding import Fail, NotApplicable, Severity, Unknown
from auditor.model.reasons import Reason
from auditor.model.result import Result
from auditor.rule import Rule
from tests.rules.world import World, mended

Change = Callable[[World], object]


def nothing(_world: World) -> None:
    """The compliant world, unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row: change the compliant world, judge, and look at the result about one resource.

    `about` is the result's resource; `to` the last segment of one of its related ends, where a resource has
    several results. `severity` and `reason` are checked where given, `says` must be part of the message or
    of a note, and `seen` maps evidence paths to the values that must stand there.
    """

    name: str
    about: str
    status: str
    change: Change = nothing
    to: str | None = None
    severity: Severity | None = None
    reason: Reason | None = None
    says: str | None = None
    seen: tuple[tuple[str, object], ...] = ()
    declared: Declared | None = None
    all_resources: bool = False

    def __str__(self) -> str:
        return self.name

    def check(self, rule: Rule[Any]) -> Result:
        """Judge and compare; the result is returned for what a test wants to look at besides."""
        world = mended()
        self.change(world)
        results = world.judge(rule, self.declared, all_resources=self.all_resources)
        result = self._pick(results)
        assert result.status == self.status, (result.status, result.verdict.message)
        if self.severity is not None:
            assert result.severity is self.severity
        if self.reason is not None:
            assert isinstance(result.verdict, Unknown | NotApplicable)
            assert result.verdict.reason is self.reason
        if self.says is not None:
            assert self.says in " | ".join((result.verdict.message, *result.verdict.notes))
        evidence = {found.path: found.value for found in result.verdict.evidence}
        for path, value in self.seen:
            assert evidence[path] == value
        if isinstance(result.verdict, Fail):
            assert result.remedy is not None
            assert "{" not in (result.remedy.az or "").replace('{"', "")
        return result

    def _pick(self, results: tuple[Result, ...]) -> Result:
        found = [
            result
            for result in results
            if result.resource.lower() == self.about.lower()
            and (self.to is None or any(end.split("/")[-1] == self.to for end in result.related))
        ]
        assert len(found) == 1, f"{len(found)} results about {self.about}: {[r.related for r in found]}"
        return found[0]
