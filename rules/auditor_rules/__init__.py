"""Our own rules. Each area lists its rules; the pack is loaded like anybody else's."""

from __future__ import annotations

from auditor import __version__
from auditor.model.pack import Pack
from auditor_rules import openai, private_endpoint, role, search, storage

PACK = Pack(
    name="rules",
    version=__version__,
    rules=(*openai.RULES, *search.RULES, *storage.RULES, *private_endpoint.RULES, *role.RULES),
)
