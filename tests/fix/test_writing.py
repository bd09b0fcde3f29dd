"""The writing pipeline: nothing but planned writes leaves it, and no token goes to another host."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fix.writing import Answer, ArmWriter, UnplannedWrite
from auditor.model.ids import ArmId
from auditor.sandbox.arm import Arm
from auditor.sandbox.demo import connection_to
from auditor.sandbox.sample.on_your_data import HR_OPENAI
from auditor.sandbox.tenant import Tenant
from tests.rules.private_endpoint.doors import HR_BLOB
from tests.rules.world import mended

VERSION = "2023-05-01"


async def sent(subject: str, *planned: str, poll: str = "") -> tuple[Arm, Answer | None]:
    arm = Arm(Tenant.from_json(mended().tenant))
    async with connection_to(arm, lambda: None) as opened:
        writer = ArmWriter(opened, [ArmId.parse(one) for one in planned], 5.0)
        if poll:
            return arm, await writer.poll(poll)
        body: Any = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
        return arm, await writer.put(ArmId.parse(subject), VERSION, body)


async def test_write_to_a_planned_object_passes_in_any_case() -> None:
    arm, answer = await sent(HR_BLOB.upper().replace("/SUBS", "/subs"), HR_BLOB)
    assert answer is not None
    assert answer.is_good
    assert [request.method for request in arm.log] == ["PUT"]


@pytest.mark.parametrize(
    "subject",
    [
        HR_OPENAI,
        f"{HR_BLOB}2",
        HR_BLOB[:-1],
        f"{HR_BLOB}/x/y",
        HR_BLOB.rpartition("/privateEndpointConnections")[0],
        HR_BLOB.replace("stnorrland", "\u017ftnorrland"),
    ],
)
async def test_write_to_anything_else_never_leaves(subject: str) -> None:
    arm = Arm(Tenant.from_json(mended().tenant))
    async with connection_to(arm, lambda: None) as opened:
        writer = ArmWriter(opened, [ArmId.parse(HR_BLOB)], 5.0)
        with pytest.raises(UnplannedWrite):
            await writer.put(ArmId.parse(subject), VERSION, {})
    assert arm.log == []


async def test_write_without_a_plan_never_leaves() -> None:
    with pytest.raises(UnplannedWrite):
        await sent(HR_BLOB)


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/operations/1",
        "http://management.azure.com/operations/1",
        "https://management.azure.com.evil.example/operations/1",
        "https://management.azure.com@evil.example/operations/1",
        "//management.azure.com/operations/1",
        "/operations/1",
        "https://[::1/",
    ],
)
async def test_poll_link_that_leads_elsewhere_is_not_followed(link: str) -> None:
    arm, answer = await sent("", HR_BLOB, poll=link)
    assert answer is None
    assert arm.log == []


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"error": {"code": "C", "message": "m\nmore"}}, "C", "HTTP 403 C: m"),
        ({"error": {"code": None}}, "", "HTTP 403"),
        ({"error": "text"}, "", "HTTP 403"),
        ({}, "", "HTTP 403"),
    ],
)
def test_answer_says_what_azure_said(body: dict[str, Any], code: str, said: str) -> None:
    answer = Answer(status=403, body=body)
    assert (answer.code, answer.said) == (code, said)
