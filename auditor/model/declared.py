"""What the operator declares in `auditor.toml` about the estate: workloads, and what a fix may trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

WorkloadKind = Literal["on-your-data", "private-openai", "prompt-flow", "foundry"]
Egress = Literal["private", "internet"]

WORKLOAD_KINDS: Final[tuple[WorkloadKind, ...]] = ("on-your-data", "private-openai", "prompt-flow", "foundry")
EGRESS_CHOICES: Final[tuple[Egress, ...]] = ("private", "internet")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLevelSecurity:
    """The search index whose results are trimmed by the reader's groups, and the field that holds them."""

    index: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredWorkload:
    """One `[[workload]]`: which resources work together, and how they are meant to be used.

    Ids are ARM ids as the operator wrote them; an empty tuple means none was declared.
    """

    name: str
    kind: WorkloadKind
    openai: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    web_app: tuple[str, ...] = ()
    workspace: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    """ARM ids of the subnets that the workload is used from."""
    developers: tuple[str, ...] = ()
    """Entra object ids of people or groups."""
    prompt_flow_users: tuple[str, ...] = ()
    """Entra object ids of people or groups."""
    document_level_security: DocumentLevelSecurity | None = None
    """None: results are not meant to be trimmed per reader."""
    external_hosts: tuple[str, ...] = ()
    """Host names outside Azure that the workload must reach."""
    egress: Egress | None = None
    """None: not said."""
    private_feed: bool | None = None
    """Whether packages come from a private feed; None: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixTrust:
    """The `[fix]` table: requesters that a fix may trust. Empty, as when the table is absent, trusts none."""

    subscriptions: tuple[str, ...] = ()
    """Subscription GUIDs."""
    vnets: tuple[str, ...] = ()
    """ARM ids of virtual networks."""
    partner_tenants: tuple[str, ...] = ()
    """Tenant GUIDs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Everything declared. Where `discover`, workloads are looked for beside the declared ones."""

    workloads: tuple[DeclaredWorkload, ...] = ()
    discover: bool = True
    fix: FixTrust = FixTrust()
