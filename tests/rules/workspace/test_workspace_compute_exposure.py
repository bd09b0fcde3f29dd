"""workspace-compute-exposure."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor.sandbox.sample.endpoints import SPOKE
from auditor_rules.workspace.workspace_compute_exposure import workspace_compute_exposure
from tests.rules.cases import Case, Change
from tests.rules.workspace.runners import (
    AKS,
    CLUSTER,
    INSTANCE,
    KUBERNETES,
    MODE,
    WORKSPACE,
    attached,
    both,
    put,
    refuse,
    refused_workspaces,
)
from tests.rules.world import mended

PUBLIC = "properties.properties.enableNodePublicIp"
SSH = "properties.properties.sshSettings.sshPublicAccess"
LOGIN = "properties.properties.remoteLoginPortPublicAccess"
LOCAL = "properties.disableLocalAuth"
SHARING = "properties.properties.applicationSharingPolicy"
SIZE = "properties.properties.vmSize"
STATE = "properties.properties.state"
SUBNET = "properties.properties.subnet"
SERVERLESS = "properties.serverlessComputeSettings"
SUBNET_ID = f"{SPOKE}/subnets/apps"


def fails(name: str, about: str, severity: Severity, *stated: tuple[str, object], says: str = "") -> Case:
    seen = tuple((path, ABSENT if value is ... else value) for path, value in stated[:1])
    return Case(
        name=name,
        about=about,
        status="fail",
        change=put(about, *stated),
        severity=severity,
        says=says,
        seen=seen,
    )


def serverless(**stated: object) -> Change:
    return put(WORKSPACE, (SERVERLESS, {"serverlessComputeCustomSubnet": SUBNET_ID, **stated}))


HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW
CASES = (
    Case(name="cluster", about=CLUSTER, status="pass", seen=((PUBLIC, False),)),
    Case(name="instance", about=INSTANCE, status="pass", seen=((PUBLIC, False),)),
    fails("cluster-public", CLUSTER, MEDIUM, (PUBLIC, True), says="public addresses"),
    fails("cluster-public-by-default", CLUSTER, MEDIUM, (PUBLIC, ...), says="which means true"),
    fails("cluster-public-by-null", CLUSTER, MEDIUM, (PUBLIC, None), says="which means true"),
    fails("instance-public", INSTANCE, MEDIUM, (PUBLIC, True), says="public addresses"),
    fails("cluster-open", CLUSTER, HIGH, (PUBLIC, True), (LOGIN, "Enabled"), says="SSH port is open"),
    fails("cluster-open-in-any-case", CLUSTER, HIGH, (PUBLIC, True), (LOGIN, "enabled")),
    fails("instance-open", INSTANCE, HIGH, (PUBLIC, True), (SSH, "Enabled"), says="SSH port is open"),
    fails("instance-open-by-default-address", INSTANCE, HIGH, (PUBLIC, ...), (SSH, "Enabled")),
    fails("instance-ssh-unsaid", INSTANCE, MEDIUM, (PUBLIC, True), (SSH, ...)),
    fails("local-accounts", CLUSTER, LOW, (LOCAL, False), says="local accounts can sign in"),
    fails("local-accounts-unsaid", CLUSTER, LOW, (LOCAL, ...), says="disableLocalAuth is not set"),
    fails("local-accounts-null", INSTANCE, LOW, (LOCAL, None), says="disableLocalAuth is not set"),
    fails("shared", INSTANCE, LOW, (SHARING, "Shared"), says="shared with everybody"),
    fails("shared-by-default", INSTANCE, LOW, (SHARING, ...), says="which means Shared"),
    fails("shared-by-null", INSTANCE, LOW, (SHARING, None), says="which means Shared"),
    Case(
        name="login-unspecified-outside-every-network",
        about=CLUSTER,
        status="fail",
        change=both(
            put(CLUSTER, (PUBLIC, True), (LOGIN, "NotSpecified")), put(WORKSPACE, (MODE, "Disabled"))
        ),
        severity=HIGH,
        says="in no network",
    ),
    Case(
        name="login-unsaid-outside-every-network",
        about=CLUSTER,
        status="fail",
        change=both(put(CLUSTER, (PUBLIC, True), (LOGIN, ...)), put(WORKSPACE, (MODE, "Disabled"))),
        severity=HIGH,
        says="in no network",
    ),
    fails("login-unspecified-in-a-managed-network", CLUSTER, MEDIUM, (PUBLIC, True), (LOGIN, "NotSpecified")),
    Case(
        name="login-unspecified-in-a-subnet",
        about=CLUSTER,
        status="fail",
        change=both(
            put(CLUSTER, (PUBLIC, True), (LOGIN, None), (SUBNET, {"id": SUBNET_ID})),
            put(WORKSPACE, (MODE, "Disabled")),
        ),
        severity=MEDIUM,
    ),
    Case(
        name="ssh-without-an-address",
        about=INSTANCE,
        status="pass",
        change=put(INSTANCE, (SSH, "Enabled")),
        says="reached from the network only",
    ),
    Case(
        name="small-instance",
        about=INSTANCE,
        status="pass",
        change=put(INSTANCE, (SIZE, "Standard_B2s")),
        says="smaller than series D",
    ),
    Case(
        name="a-failure-is-not-hidden-by-what-is-unsure",
        about=INSTANCE,
        status="fail",
        change=put(INSTANCE, (SHARING, "Sometimes"), (LOCAL, False)),
        severity=LOW,
    ),
    Case(
        name="sharing-in-a-new-way",
        about=INSTANCE,
        status="unknown",
        change=put(INSTANCE, (SHARING, "Sometimes")),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="address-malformed",
        about=CLUSTER,
        status="unknown",
        change=put(CLUSTER, (PUBLIC, "false")),
        reason=Reason.MALFORMED,
    ),
    Case(
        name="type-unsaid",
        about=CLUSTER,
        status="unknown",
        change=put(CLUSTER, ("properties.computeType", ...)),
        reason=Reason.UNEXPECTED_VALUE,
    ),
    Case(
        name="computes-refused",
        about=WORKSPACE,
        status="unknown",
        change=refuse(f"{WORKSPACE}/computes"),
        reason=Reason.NO_PERMISSION,
    ),
    Case(
        name="serverless-in-a-malformed-subnet",
        about=WORKSPACE,
        status="unknown",
        change=put(WORKSPACE, (SERVERLESS, {"serverlessComputeCustomSubnet": 12.5})),
        reason=Reason.MALFORMED,
    ),
    refused_workspaces(),
    *(
        Case(
            name=f"attached-{kind}",
            about=KUBERNETES,
            status="not_applicable",
            change=attached(kind, AKS),
            reason=Reason.KIND,
        )
        for kind in ("Kubernetes", "AKS", "VirtualMachine", "Databricks")
    ),
    *(
        Case(
            name=f"state-{state}",
            about=INSTANCE,
            status="not_applicable",
            change=put(INSTANCE, (STATE, state), (PUBLIC, True)),
            reason=Reason.BEING_DELETED,
        )
        for state in ("Deleting", "CreateFailed")
    ),
    Case(
        name="serverless-hidden",
        about=WORKSPACE,
        status="pass",
        change=serverless(serverlessComputeNoPublicIP=True),
    ),
    *(
        Case(
            name=f"serverless-{stated or 'unsaid'}",
            about=WORKSPACE,
            status="fail",
            change=serverless(**stated),
            severity=MEDIUM,
            says="serverless compute starts with public addresses",
        )
        for stated in (
            {"serverlessComputeNoPublicIP": False},
            {"serverlessComputeNoPublicIP": None},
            {},
        )
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_compute_exposure(case: Case) -> None:
    case.check(workspace_compute_exposure)


def test_workspace_compute_exposure_failure_names_every_miss_worst_first() -> None:
    world = mended()
    put(INSTANCE, (SSH, "Enabled"), (PUBLIC, True), (SHARING, "Shared"))(world)
    (found,) = (r for r in world.judge(workspace_compute_exposure) if r.resource == INSTANCE)
    said = found.verdict.message.split("; ")
    assert said[0] == "its SSH port is open to the internet"
    assert len(said) == 3


def test_workspace_compute_exposure_workspace_without_own_serverless_subnet_has_no_result() -> None:
    assert WORKSPACE not in {found.resource for found in mended().judge(workspace_compute_exposure)}
