"""Of whom it is asked what reaches them, and in which subscriptions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from auditor.collect import PACK
from auditor.collect.runner import closure, collect
from auditor.collect.scope import resolve
from auditor.collect.source import Selection
from auditor.model.declared import Declared, DeclaredWorkload
from auditor.model.estate import EstateBuilder
from auditor.model.resources.access import PrincipalAssignment
from auditor.model.wire import Resource
from auditor.relate.workloads import READS
from auditor.sandbox import Arm, Tenant
from auditor.sandbox.demo import connection_to
from auditor.sandbox.sample.company import AI_PROD, GROUP_ACTUARIES, HUB, principal_of
from auditor.sandbox.sample.learning_dependencies import VAULT
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor.sandbox.sample.on_your_data import CLAIMS_OPENAI
from tests.rules.world import World, mended

PERSON = "00000000-0000-4000-8000-0000000de710"
_ASKED = re.compile(r"/subscriptions/([^/]+)/.*assignedTo\('([^']+)'\)", re.IGNORECASE)


def asked(
    world: World, declared: Declared | None = None, reads: Iterable[type[Resource]] = READS
) -> set[tuple[str, str]]:
    """The subscription and principal of each `assignedTo()` that was sent."""
    arm = Arm(Tenant.from_json(world.tenant))

    async def read() -> None:
        async with connection_to(arm, lambda: None) as opened:
            scope = await resolve(opened.reader, (), None, ())
            visible = {one.id: one.tenant_id for one in scope.visible}
            builder = EstateBuilder(None, [one.id for one in scope.audited], visible)
            selection = Selection(declared=declared or Declared())
            sources = closure(PACK.sources, (*reads, PrincipalAssignment))
            await collect(opened.readers, sources, builder, selection)

    asyncio.run(read())
    found = (_ASKED.search(str(request)) for request in arm.log)
    return {(match[1].lower(), match[2].lower()) for match in found if match}


def people(*developers: str) -> Declared:
    workload = DeclaredWorkload(
        name="claims", kind="on-your-data", openai=(CLAIMS_OPENAI,), developers=developers
    )
    return Declared(workloads=(workload,))


def test_assigned_to_is_asked_for_declared_people_where_their_workload_is() -> None:
    found = asked(mended(), people(PERSON.upper()))
    assert {subscription for subscription, principal in found if principal == PERSON} == {AI_PROD}
    assert (AI_PROD, principal_of(CLAIMS_OPENAI)) in found


def test_assigned_to_is_not_asked_for_declared_groups_that_assignments_show_to_be_groups() -> None:
    found = asked(mended(), people(PERSON, GROUP_ACTUARIES))
    assert GROUP_ACTUARIES not in {principal for _, principal in found}


def test_assigned_to_is_asked_for_a_workspace_where_its_links_are() -> None:
    workspace = principal_of(WORKSPACE)
    assert (HUB, workspace) not in asked(mended())
    moved = mended().put(WORKSPACE, "properties.keyVault", VAULT.replace(AI_PROD, HUB))
    found = asked(moved)
    assert (HUB, workspace) in found
    assert (HUB, principal_of(CLAIMS_OPENAI)) not in found
