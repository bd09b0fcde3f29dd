"""The ports that a security rule names, in the singular or the plural field."""

from __future__ import annotations

from auditor.model.finding import Undecided
from auditor.model.reasons import Reason
from auditor.model.wire import Fact
from auditor.relate.actions import unstated


def port_ranges(single: Fact[str | None], several: Fact[tuple[str, ...]]) -> tuple[tuple[int, int], ...]:
    """Each range with its two ends. Raises Undecided where none is named, or one is no port or range."""
    texts = ((single.value,) if single.value else ()) + several.value
    if not texts:
        raise unstated(single)
    return tuple(_range(text, single) for text in texts)


def _range(text: str, fact: Fact[str | None]) -> tuple[int, int]:
    low, dash, high = (part.strip() for part in text.partition("-"))
    if low == "*":
        return 0, 65535
    if low.isdecimal() and (high.isdecimal() if dash else True):
        return int(low), int(high) if dash else int(low)
    said = f"a rule of {fact.resource} names the port {text!r}, which is no port or range"
    raise Undecided(said, Reason.MALFORMED, evidence=(fact.evidence(),))
