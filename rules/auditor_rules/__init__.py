"""Our own rules. Each area lists its rules; the pack is loaded like anybody else's."""

from __future__ import annotations

from auditor import __version__
from auditor.model.pack import Pack
from auditor_rules import (
    defender,
    dns,
    foundry,
    key_vault,
    lifecycle,
    monitoring,
    network,
    nsg,
    openai,
    private_endpoint,
    registry,
    role,
    search,
    storage,
    workspace,
)

PACK = Pack(
    name="rules",
    version=__version__,
    rules=(
        *openai.RULES,
        *foundry.RULES,
        *search.RULES,
        *storage.RULES,
        *workspace.RULES,
        *private_endpoint.RULES,
        *dns.RULES,
        *nsg.RULES,
        *network.RULES,
        *role.RULES,
        *registry.RULES,
        *key_vault.RULES,
        *monitoring.RULES,
        *defender.RULES,
        *lifecycle.RULES,
    ),
)
