"""What a run planned to change or changed: the entries of `fixes` in the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from auditor.model.finding import Evidence

Action = Literal["approve", "apply", "skip"]


class FixKind(StrEnum):
    """The only kind that `--fix` plans is the first; the others are single remedies, asked for one by one."""

    APPROVE_PRIVATE_ENDPOINT = "approve-private-endpoint"
    ASSIGN_ROLE = "assign-role"
    ENABLE_SYSTEM_IDENTITY = "enable-system-identity"
    ALLOW_TRUSTED_SERVICES = "allow-trusted-services"
    PROVISION_MANAGED_NETWORK = "provision-managed-network"
    ADD_OUTBOUND_RULE = "add-outbound-rule"
    ADD_DNS_ZONE_GROUP = "add-dns-zone-group"


class Outcome(StrEnum):
    """What came of a planned change."""

    PLANNED = "planned"
    """Nothing was sent: nobody confirmed it, or it is a dry run."""
    APPROVED = "approved"
    APPLIED = "applied"
    """As APPROVED, for changes of other kinds."""
    ALREADY_APPROVED = "already-approved"
    ALREADY_APPLIED = "already-applied"
    CHANGED_UNDER_US = "changed-under-us"
    """What was read just before or after was not what was planned; nothing more was written."""
    FAILED = "failed"
    UNVERIFIED = "unverified"
    """It may or may not have taken effect; the next run looks first."""
    REVERTED = "reverted"
    """It took effect, did not turn out to be what was planned, and was undone at once."""
    SKIPPED = "skipped"

    @property
    def is_failure(self) -> bool:
        """Whether what was to be done is not surely done: exit code 5."""
        return self in _FAILURES


_FAILURES = frozenset({Outcome.CHANGED_UNDER_US, Outcome.FAILED, Outcome.UNVERIFIED, Outcome.REVERTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One entry of `fixes`.

    `target` is the resource whose settings are concerned. `connection`, `private_endpoint`, `decision` and
    `row` (of the decision table) are those of approvals, else None; `private_endpoint` is None too where the
    connection names none. `before` and `after` are states in the target's own words, None where not known.
    `message` says why it is or is not done, and what came of it; `unproven` what nothing proves. `revert` is
    the command that undoes it, None where nothing was or would be changed.
    """

    kind: FixKind
    target: str
    connection: str | None
    private_endpoint: str | None
    decision: str | None
    row: int | None
    action: Action
    outcome: Outcome
    before: str | None
    after: str | None
    message: str
    evidence: tuple[Evidence, ...] = ()
    unproven: tuple[str, ...] = ()
    revert: str | None = None
