"""Rules about logs and telemetry."""

from __future__ import annotations

from typing import Any

from auditor.rule import Rule
from auditor_rules.monitoring.monitoring_private_telemetry import monitoring_private_telemetry
from auditor_rules.monitoring.monitoring_resource_logs import monitoring_resource_logs

RULES: tuple[Rule[Any], ...] = (monitoring_private_telemetry, monitoring_resource_logs)
