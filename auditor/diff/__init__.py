"""What changed between two runs: pure functions over what each of them says."""

from __future__ import annotations

from auditor.diff.compare import compare
from auditor.diff.side import Judged, Side, side_of

__all__ = ["Judged", "Side", "compare", "side_of"]
