"""What a role definition of the sample says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role definition. ``assignable_scopes`` other than "/" makes it a custom role."""

    guid: str
    name: str
    description: str = ""
    actions: Sequence[str] = ()
    not_actions: Sequence[str] = ()
    data_actions: Sequence[str] = ()
    not_data_actions: Sequence[str] = ()
    assignable_scopes: Sequence[str] = ("/",)

    @property
    def is_custom(self) -> bool:
        return tuple(self.assignable_scopes) != ("/",)
