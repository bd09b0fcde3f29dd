"""How far an audit goes beyond what Reader sees: each step only where the operator asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditor.model.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One step. `key` is the option's, `flag` its name on the command line; `reason` is why what was left
    out is unknown without it."""

    key: str
    flag: str
    reason: Reason


DATA_PLANE: Final = Reach(key="data_plane", flag="--data-plane", reason=Reason.DATA_PLANE_UNREACHABLE)
APP_SETTINGS: Final = Reach(key="read_app_settings", flag="--read-app-settings", reason=Reason.NOT_IN_ARM)
STEPS: Final = (DATA_PLANE, APP_SETTINGS)
