"""Private DNS of the endpoints."""

from __future__ import annotations

from auditor.sandbox.sample.endpoints import zone_group
from auditor.sandbox.sample import on_your_data
from tests.meta.mutations.changes import drop, endpoint, put
from tests.meta.mutations.mutation import Mutation
from tests.rules.dns.places import BLOB_ZONE, OPENAI_ZONE, RECORD, SEARCH_ZONE, link, own_servers, record

MUTATIONS = ()
