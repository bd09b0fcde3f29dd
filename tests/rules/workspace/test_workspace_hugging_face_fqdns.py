"""workspace-hugging-face-fqdns."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.machine_learning import WORKSPACE
from auditor_rules.workspace.destinations import (
    HUGGING_FACE,
    HUGGING_FACE_MANAGED_NETWORK,
    HUGGING_FACE_TODAY,
)
from auditor_rules.workspace.workspace_hugging_face_fqdns import workspace_hugging_face_fqdns
from tests.rules.cases import Case, Change
from tests.rules.workspace.networks import (
    HUB,
    MODE,
    PROJECT,
    SUBSCRIPTION,
    both,
    deployed,
    hub_and_project,
    put,
    refuse,
    rule,
)

USED = deployed("azureml://registries/HuggingFace/models/m/versions/1")
HOSTS = HUGGING_FACE.hosts


def admitting(*hosts: str) -> Change:
    return both(*(rule(f"hf-{number}", destination=host) for number, host in enumerate(hosts)))


ALL = both(USED, admitting(*HOSTS))

CASES = (
    Case(name="all-admitted", about=WORKSPACE, status="pass", change=ALL, says="try a deployment"),
    Case(
        name="hosts-that-others-name-are-noted",
        about=WORKSPACE,
        status="pass",
        change=ALL,
        says=HUGGING_FACE_TODAY.hosts[1],
    ),
    Case(
        name="everything-that-anybody-names-is-admitted",
        about=WORKSPACE,
        status="pass",
        change=both(USED, admitting(*HOSTS, *HUGGING_FACE_MANAGED_NETWORK.hosts, *HUGGING_FACE_TODAY.hosts)),
        says="try a deployment",
    ),
    *(
        Case(
            name=f"without-{number}",
            about=WORKSPACE,
            status="fail",
            severity=Severity.MEDIUM,
            change=both(USED, admitting(*(one for one in HOSTS if one != host))),
            says=f"no active rule admits {host}",
        )
        for number, host in enumerate(HOSTS)
    ),
    Case(
        name="other-list-only",
        about=WORKSPACE,
        status="fail",
        change=both(USED, admitting(*HUGGING_FACE_MANAGED_NETWORK.hosts)),
        says=HUGGING_FACE_TODAY.hosts[0],
    ),
    Case(
        name="deployments-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse("/deployments"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="rules-refused",
        about=WORKSPACE,
        status="unknown",
        change=both(USED, refuse("/outboundRules")),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="refused",
        about=SUBSCRIPTION,
        status="unknown",
        change=refuse("MachineLearningServices/workspaces\\?"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(name="no-use", about=WORKSPACE, status="not_applicable", reason=Reason.NOT_USED),
    Case(
        name="internet",
        about=WORKSPACE,
        status="not_applicable",
        change=both(USED, put(MODE, "AllowInternetOutbound")),
        reason=Reason.SERVED_OTHERWISE,
    ),
    Case(
        name="no-managed-network",
        about=WORKSPACE,
        status="not_applicable",
        change=put(MODE, "Disabled"),
        reason=Reason.NOT_USED,
    ),
    Case(
        name="deployment-of-a-project",
        about=HUB,
        status="fail",
        change=both(
            hub_and_project, deployed("azureml://registries/huggingface/models/m/versions/1", below=PROJECT)
        ),
    ),
    Case(
        name="project",
        about=PROJECT,
        status="not_applicable",
        change=hub_and_project,
        reason=Reason.SERVED_OTHERWISE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_hugging_face_fqdns(case: Case) -> None:
    case.check(workspace_hugging_face_fqdns)
