"""One write of a guided fix, as data: what is read, what is sent, what must come of it and what must not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fix.change import Wanted
from auditor.model.fix import FixKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write.

    `target` is the resource that it is about, `object_id` the ARM object that is read before and after (the
    target itself, or a child of it such as a role assignment), in `api_version`. `before` is that object as
    it was read, None where it is not there. `wanted` must hold afterwards; besides, only what lies at or
    below a path of `may_change` may differ. `body` is what is sent to `path`, by `method`; `action` is the
    ARM action that this needs on the target. `said` is what is done, `held` what is there before and `wish`
    after, all for people; `revert` is the command that undoes it. `is_due` is False where all that is wanted
    is there already and works. What stands at `tells` afterwards is said too: Azure may have more to do.
    """

    kind: FixKind
    target: str
    object_id: str
    api_version: str
    said: str
    held: str
    wish: str
    before: Mapping[str, Any] | None
    wanted: tuple[Wanted, ...]
    may_change: tuple[str, ...]
    method: str
    path: str
    body: Mapping[str, Any]
    action: str
    revert: str
    is_due: bool
    tells: str = ""
