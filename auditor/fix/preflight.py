"""Whether the identity may write what is planned: asked of Azure before the first write, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.collect.arm import Reader
from auditor.collect.refusal import ReadFailed
from auditor.fix.change import Change
from auditor.model.decoding import decode_part
from auditor.model.finding import Gap, describe
from auditor.model.ids import ArmId
from auditor.model.resources.access import GrantedPermissions, Permission
from auditor.model.wire import Fact
from auditor.relate.actions import Needed, Reach, covered

API_VERSION = "2022-04-01"
_TYPE = "Microsoft.Authorization/permissions"


async def lacking(reader: Reader, changes: Iterable[Change]) -> Mapping[ArmId, str]:
    """What the identity lacks on each target that something would be written on; empty where nothing.

    Permissions that cannot be read, or that are granted under a condition only, count as lacking.
    """
    needs: dict[ArmId, dict[str, None]] = {}
    for change in changes:
        needs.setdefault(change.target, {}).update(dict.fromkeys(change.needs))
    found: dict[ArmId, str] = {}
    for target, actions in needs.items():
        try:
            permissions = await _permissions(reader, target)
        except ReadFailed as failure:
            found[target] = _unread(target, failure)
            continue
        if missing := [action for action in actions if not _is_granted(permissions, action)]:
            found[target] = f"missing permission {' and '.join(missing)} on {target}"
    return found


async def _permissions(reader: Reader, target: ArmId) -> Fact[tuple[Permission, ...]]:
    path = f"{target}/providers/{_TYPE}"
    rows = [row async for page in reader.pages(path, API_VERSION) for row in page]
    return decode_part(GrantedPermissions, target, "", "", {"value": rows}, []).permissions


def _is_granted(permissions: Fact[tuple[Permission, ...]], action: str) -> bool:
    return covered(permissions, Needed(action=action, is_data=False)).low is Reach.FREE


def _unread(target: ArmId, failure: ReadFailed) -> str:
    gap = Gap(
        scope=target,
        what=_TYPE,
        reason=failure.reason,
        http_status=failure.status,
        action=failure.action,
        detail=failure.detail,
    )
    return f"what the identity may do there is not known: {describe(gap)}"
