"""How a search service is changed."""

from __future__ import annotations

from typing import Final

# Reads the service, changes what is named, and writes it back. `az search service update` is not used:
# releases of it send defaults for what is not named, among them public network access enabled, one replica.
UPDATE: Final = "az resource update --ids {id} --api-version 2025-05-01 --set "
