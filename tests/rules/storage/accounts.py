"""What the storage tests share: accounts by what they serve, and one that serves nothing."""

from __future__ import annotations

from copy import deepcopy

from auditor.sandbox.sample.company import HUB_NETWORK, TENANT, within
from auditor.sandbox.sample.learning_dependencies import STORAGE as LEARNING_STORAGE
from auditor.sandbox.sample.on_your_data import CLAIMS_STORAGE, HR_STORAGE
from tests.rules.cases import Case, Change
from tests.rules.world import World

UNRELATED = within(HUB_NETWORK, "Microsoft.Storage/storageAccounts", "sthubflowlogs")
SUBSCRIPTION = CLAIMS_STORAGE.split("/resourceGroups")[0]

__all__ = [
    "CLAIMS_STORAGE",
    "HR_STORAGE",
    "LEARNING_STORAGE",
    "SUBSCRIPTION",
    "TENANT",
    "UNRELATED",
    "put",
    "refused_accounts",
    "unrelated",
]


def put(*stated: tuple[str, object], about: str = CLAIMS_STORAGE) -> Change:
    """Set properties of a storage account; `...` as the value takes the property away."""

    def change(world: World) -> None:
        for path, value in stated:
            if value is ...:
                world.cut(about, path)
            else:
                world.put(about, path, value)

    return change


def unrelated(world: World) -> None:
    """Adds an account, in another subscription, that no workload uses."""
    body = deepcopy(world.body(CLAIMS_STORAGE))
    world.add({**body, "id": UNRELATED, "name": "sthubflowlogs"})


def refused_accounts() -> Case:
    return Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=lambda world: world.refuse(f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts"),
    )
