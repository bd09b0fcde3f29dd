"""A sandbox tenant behind an Azure Resource Manager front: for demo, recordings, tests and benchmarks."""

from __future__ import annotations

from auditor.sandbox.arm import Arm
from auditor.sandbox.fields import TenantFileError
from auditor.sandbox.request import LoggedRequest
from auditor.sandbox.responses import ArmResponse
from auditor.sandbox.tenant import Tenant

__all__ = ["Arm", "ArmResponse", "LoggedRequest", "Tenant", "TenantFileError"]
