"""Collection: the only place, with fix/ and sandbox/, that knows Azure's SDKs. It knows no rule.

PACK holds our own sources; it is loaded like anybody else's.
"""

from __future__ import annotations

from auditor import __version__
from auditor.collect import (
    app_settings,
    authorization,
    cognitive,
    defender,
    dependencies,
    foundry,
    front_end,
    gateway,
    kubernetes,
    machine_learning,
    monitoring,
    network,
    private_dns,
    search,
    search_objects,
    storage,
    web,
)
from auditor.model.pack import Pack

PACK = Pack(
    name="azure",
    version=__version__,
    sources=(
        *cognitive.SOURCES,
        *foundry.SOURCES,
        *search.SOURCES,
        *search_objects.SOURCES,
        *storage.SOURCES,
        *network.SOURCES,
        *gateway.SOURCES,
        *private_dns.SOURCES,
        *machine_learning.SOURCES,
        *kubernetes.SOURCES,
        *web.SOURCES,
        *app_settings.SOURCES,
        *dependencies.SOURCES,
        *monitoring.SOURCES,
        *defender.SOURCES,
        *front_end.SOURCES,
        *authorization.SOURCES,
    ),
)
