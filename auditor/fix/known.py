"""What is known when a fix is decided: all of it was read before, so that deciding is pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.model.declared import Declared
from auditor.model.estate import Estate
from auditor.model.ids import ArmId
from auditor.relate.workloads import Relations


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The estate and its relations, what the operator declared and selected, and what the journal remembers.

    `estate.tenant_id` is None where it is not certain which tenant is ours: then nothing is. `wanted` are the
    selected scopes, `rejected` the private endpoints whose request was rejected before.
    """

    estate: Estate
    relations: Relations
    declared: Declared
    wanted: tuple[ArmId, ...]
    rejected: frozenset[ArmId]
    now: datetime
