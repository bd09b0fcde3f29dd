from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from auditor.sandbox import Tenant, TenantFileError

RESOURCE = {"id": "/subscriptions/x/resourceGroups/r", "name": "r", "type": "T.T/t"}
GROUP = {"name": "a", "displayName": "A", "children": ["b"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "format: must be 1"),
        ({"format": True}, "format: must be a whole number"),
        ({"tenant_id": "x"}, "tenant_id: must be a GUID"),
        ({"colour": 1}, "colour: is not a known key"),
        ({"principal": {}}, "principal.object_id: is missing"),
        ({"principal": []}, "principal: must be an object"),
        ({"page_size": 0}, "page_size: must be 1 or more"),
        ({"subscriptions": {}}, "subscriptions: must be an array"),
        ({"subscriptions": [{"subscriptionId": "s"}]}, "subscriptions[0].subscriptionId: must be a GUID"),
        ({"resources": [{}]}, "resources[0].id: is missing"),
        ({"resources": [{**RESOURCE, "id": "r"}]}, "resources[0].id: must be a full ARM id"),
        (
            {"resources": [RESOURCE, RESOURCE]},
            "resources[1].id: '/subscriptions/x/resourceGroups/r' occurs twice",
        ),
        ({"resources": [{**RESOURCE, "properties": 1}]}, "resources[0].properties: must be an object"),
        ({"groups": {"g": "m"}}, "groups.g: must be an array of texts"),
        ({"management_groups": [GROUP]}, "management_groups[0].children: there is no management group 'b'"),
        (
            {"management_groups": [GROUP, {**GROUP, "name": "b", "children": ["a"]}]},
            "management_groups: 'a' contains itself",
        ),
        (
            {"management_groups": [GROUP, {**GROUP, "name": "c"}, {"name": "b"}]},
            "management_groups[1].children: 'b' has another parent already",
        ),
        ({"faults": [{"status": 500}]}, "faults[0].path: is missing"),
        ({"faults": [{"path": "(", "status": 500}]}, "faults[0].path: is not a regular expression: "),
        ({"faults": [{"path": "a", "status": 99}]}, "faults[0].status: must be an HTTP status"),
        ({"faults": [{"path": "a", "status": 500, "time": 1}]}, "faults[0].time: is not a known key"),
    ],
)
def test_tenant_file_with_a_fault_names_the_key(
    tenant_file: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(TenantFileError) as raised:
        Tenant.from_json({**tenant_file, **change})
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_tenant_file_on_disk_is_read_and_errors_name_the_file(
    tenant_file: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "tenant.json"
    with pytest.raises(TenantFileError, match=r"tenant\.json: cannot be read: No such file"):
        Tenant.load(path)
    path.write_bytes(b"{")
    with pytest.raises(TenantFileError, match=r"tenant\.json: is not JSON"):
        Tenant.load(path)
    path.write_bytes(orjson.dumps(tenant_file))
    assert Tenant.load(path) == Tenant.from_json(tenant_file)
