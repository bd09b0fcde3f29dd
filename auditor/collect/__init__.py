"""Collection: the only place, with fix/ and sandbox/, that knows Azure's SDKs. It knows no rule.

PACK holds our own sources; it is loaded like anybody else's.
"""

from __future__ import annotations

from auditor import __version__
from auditor.collect import authorization, cognitive, machine_learning, network, search, storage, web
from auditor.model.pack import Pack

PACK = Pack(
    name="azure",
    version=__version__,
    sources=(
        *cognitive.SOURCES,
        *search.SOURCES,
        *storage.SOURCES,
        *network.SOURCES,
        *machine_learning.SOURCES,
        *web.SOURCES,
        *authorization.SOURCES,
    ),
)
