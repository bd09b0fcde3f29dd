"""workspace-key-authentication."""

from __future__ import annotations

import pytest

from auditor.model.finding import ABSENT, Severity
from auditor.model.reasons import Reason
from auditor_rules.workspace.workspace_key_authentication import workspace_key_authentication
from tests.rules.cases import Case
from tests.rules.workspace.runners import ENDPOINT, WORKSPACE, put, refuse, refused_workspaces

CONNECTION = f"{WORKSPACE}/connections/claims-openai"
MODE, TYPE = "properties.authMode", "properties.authType"
REASONS = {"unknown": Reason.UNEXPECTED_VALUE, "not_applicable": Reason.NOT_USED}

# What is judged, its value (`...` absent), the verdict and the severity.
ROWS: tuple[tuple[str, object, str, Severity | None], ...] = (
    (ENDPOINT, "AADToken", "pass", None),
    (ENDPOINT, "aadtoken", "pass", None),
    (ENDPOINT, "AMLToken", "fail", Severity.LOW),
    (ENDPOINT, "Key", "fail", Severity.MEDIUM),
    (ENDPOINT, "KEY", "fail", Severity.MEDIUM),
    (ENDPOINT, None, "fail", Severity.MEDIUM),
    (ENDPOINT, ..., "fail", Severity.MEDIUM),
    (ENDPOINT, "Magic", "unknown", None),
    (CONNECTION, "AAD", "pass", None),
    (CONNECTION, "aad", "pass", None),
    (CONNECTION, "ManagedIdentity", "pass", None),
    (CONNECTION, "UserEntraToken", "pass", None),
    (CONNECTION, "ProjectManagedIdentity", "pass", None),
    *(
        (CONNECTION, value, "fail", Severity.MEDIUM)
        for value in (
            "ApiKey",
            "apikey",
            "AccountKey",
            "AccessKey",
            "SAS",
            "PAT",
            "UsernamePassword",
            "CustomKeys",
        )
    ),
    (CONNECTION, "ServicePrincipal", "fail", Severity.LOW),
    (CONNECTION, "OAuth2", "fail", Severity.LOW),
    (CONNECTION, "None", "not_applicable", None),
    (CONNECTION, "Magic", "unknown", None),
    (CONNECTION, None, "unknown", None),
    (CONNECTION, ..., "unknown", None),
)


def row(about: str, value: object, status: str, severity: Severity | None) -> Case:
    path = MODE if about == ENDPOINT else TYPE
    return Case(
        name=f"{path}-{'absent' if value is ... else value}",
        about=about,
        status=status,
        change=put(about, (path, value)),
        severity=severity,
        reason=REASONS.get(status),
        seen=((path, ABSENT if value is ... else value),),
    )


CASES = (
    *(row(*one) for one in ROWS),
    refused_workspaces(),
    *(
        Case(
            name=f"{child}-refused",
            about=WORKSPACE,
            to=child,
            status="unknown",
            change=refuse(f"{WORKSPACE}/{child}"),
            reason=Reason.NO_PERMISSION,
        )
        for child in ("onlineEndpoints", "connections")
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_workspace_key_authentication(case: Case) -> None:
    case.check(workspace_key_authentication)
