"""One misconfiguration of the compliant company, and every result that it may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auditor.model.declared import Declared
from tests.rules.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """`flips` are lines of `whole_audit.label`: results of another status, new ones, and lost ones ("no").

    With `declared` the operator says so before and after. `before` changes the company first where a rule
    has nothing to judge in it, so that the misconfiguration alone is what is compared.
    """

    name: str
    change: Callable[[World], object]
    flips: str
    before: Callable[[World], object] | None = None
    declared: Declared | None = None

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.flips.strip().splitlines()]

    def __str__(self) -> str:
        return self.name
