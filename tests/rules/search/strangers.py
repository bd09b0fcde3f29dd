"""A search service that nothing else belongs to."""

from __future__ import annotations

from auditor.sandbox.sample.ai_services import search_service
from auditor.sandbox.sample.company import AI_PROD
from tests.rules.world import World

LONELY = (
    f"/subscriptions/{AI_PROD}/resourceGroups/rg-lonely/providers/Microsoft.Search/searchServices/srch-lonely"
)


def add_lonely_service(world: World) -> World:
    return world.add(search_service(LONELY))
