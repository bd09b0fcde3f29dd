"""Verdicts made of several."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.rule import Pass


def united(passes: Sequence[Pass]) -> Pass:
    """One pass that says all that several say."""
    return Pass(
        message="; ".join(dict.fromkeys(each.message for each in passes)),
        evidence=tuple(seen for each in passes for seen in each.evidence),
        notes=tuple(dict.fromkeys(note for each in passes for note in each.notes)),
    )
