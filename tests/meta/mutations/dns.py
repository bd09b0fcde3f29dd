"""Private DNS of the endpoints."""

from __future__ import annotations

MUTATIONS = ()
