"""workspace-key-authentication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.model.reasons import Reason
from auditor.model.resources.compute import OnlineEndpoint
from auditor.model.resources.workspace import ConnectedResource, Workspace
from auditor.model.wire import Resource
from auditor.rule import (
    Fail,
    NotApplicable,
    Pass,
    Remedy,
    Severity,
    Source,
    Subject,
    Unknown,
    Verdict,
    View,
    rule,
)
from auditor_rules.controls import controls

_WITH_IDENTITY = frozenset(
    {
        "aad",
        "managedidentity",
        "userentratoken",
        "accountmanagedidentity",
        "projectmanagedidentity",
        "agenticidentitytoken",
    }
)
_STORED: Mapping[str, tuple[Severity, str]] = {
    "apikey": (Severity.MEDIUM, "an API key"),
    "accountkey": (Severity.MEDIUM, "an account key"),
    "accesskey": (Severity.MEDIUM, "an access key"),
    "sas": (Severity.MEDIUM, "a shared access signature"),
    "pat": (Severity.MEDIUM, "a personal access token"),
    "usernamepassword": (Severity.MEDIUM, "a user name and password"),
    "customkeys": (Severity.MEDIUM, "keys of its own"),
    "serviceprincipal": (Severity.LOW, "the secret of an Entra application"),
    "oauth2": (Severity.LOW, "the secret of an OAuth client"),
}
_NEW_CONNECTION = Remedy(
    summary="Create the connection again with Microsoft Entra authentication (in the file: credentials of"
    " type managed_identity, or none for connections to Azure AI services), grant the identity its role on"
    " the target, then delete this one and revoke what it held.",
    az="az ml connection create --file connection.yml --workspace-name {workspace} --resource-group {group}"
    " --subscription {subscription}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedSurfaces:
    """Every online endpoint, which callers sign in to, and every connection, which signs in elsewhere."""

    @property
    def listing(self) -> tuple[type[Resource], ...]:
        return (OnlineEndpoint, ConnectedResource, Workspace)

    @property
    def reads(self) -> tuple[type[Resource], ...]:
        return ()

    def __call__(self, view: View, /) -> Iterator[Subject[OnlineEndpoint | ConnectedResource]]:
        for endpoint in view.estate.listed(OnlineEndpoint):
            yield Subject(resource=endpoint, judged=endpoint)
        for connection in view.estate.listed(ConnectedResource):
            yield Subject(resource=connection, judged=connection)


@rule(
    id="workspace-key-authentication",
    title="No keys on machine learning surfaces",
    severity=Severity.MEDIUM,
    rule_class="exposure",
    subjects=KeyedSurfaces(),
    profiles=("prompt-flow", "foundry"),
    remedy=Remedy(
        summary="The way of signing in is fixed at creation: create a second endpoint with Microsoft Entra"
        " tokens, deploy to it, grant callers AzureML Data Scientist (or the score action), move them over,"
        " then delete this one.",
        az="az ml online-endpoint create --name {new_name} --workspace-name {workspace} --resource-group"
        " {group} --subscription {subscription} --auth-mode aad_token --set public_network_access=disabled",
    ),
    controls=controls(
        mcsb=(
            "IM-1",
            "IM-8",
        ),
        nist=("IA-5",),
    ),
    sources=(
        Source(
            title="Network isolation with managed online endpoints",
            url="https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint",
        ),
        Source(
            title="Configure a private link for a hub",
            url="https://learn.microsoft.com/azure/ai-foundry/how-to/hub-configure-private-link",
        ),
        Source(
            title="Workspace connections, REST",
            url="https://learn.microsoft.com/rest/api/azureml/workspace-connections/get",
        ),
    ),
)
def workspace_key_authentication(surface: OnlineEndpoint | ConnectedResource, view: View) -> Verdict:
    """Online endpoints and connections of workspaces sign in with Microsoft Entra tokens, not with keys.

    Why
        A key names nobody, does not end and works for whoever finds it. The keys of an endpoint and of its
        connections can be listed by everybody who may write in the workspace.
    Pass when
        An endpoint's `authMode` is AADToken. A connection's `authType` is AAD, ManagedIdentity or another
        token of a user or identity.
    Fail when
        An endpoint's `authMode` is Key, or absent or null, since key is the default; low for AMLToken, which
        ends by itself but knows no Entra roles or conditional access. A connection stores an API key, account
        key, access key, SAS, PAT, password or keys of its own; low where it stores the secret of an Entra
        application or an OAuth client, which names somebody and can be made to expire.
    Unknown when
        The value is none of these, a connection states none, or the endpoints or connections of a workspace
        could not be read.
    Not applicable when
        A connection's `authType` is None: it keeps no credentials.
    Evidence
        `properties.authMode` of the endpoint, `properties.authType`, `category` and `target` of the
        connection, api-version 2024-10-01. No credential is ever asked for.
    Remedy
        Create the endpoint or connection again: neither can be changed in place.
    """
    if isinstance(surface, OnlineEndpoint):
        return _endpoint(surface)
    return _connection(surface)


def _endpoint(endpoint: OnlineEndpoint) -> Verdict:
    mode = endpoint.auth_mode
    seen = (mode.evidence(),)
    fills = (("new_name", f"{endpoint.name}-entra"), ("workspace", endpoint.scope.name))
    if mode.value == "AADToken":
        return Pass(message="callers sign in with Microsoft Entra tokens", evidence=seen)
    if mode.value == "AMLToken":
        said = "callers sign in with tokens of the workspace, which Entra roles do not govern"
        return Fail(message=said, evidence=seen, severity=Severity.LOW, fills=fills)
    unset = "" if mode.is_stated else " (authMode is not set, and key is the default)"
    return Fail(message=f"callers sign in with a key that never ends{unset}", evidence=seen, fills=fills)


def _connection(connection: ConnectedResource) -> Verdict:
    auth = connection.auth_type
    seen = (auth.evidence(), connection.category.evidence(), connection.target.evidence())
    kind = (auth.value or "").casefold()
    if kind in _WITH_IDENTITY:
        return Pass(message=f"the connection signs in with an identity ({auth.value})", evidence=seen)
    if kind == "none":
        said = "the connection keeps no credentials"
        return NotApplicable(message=said, reason=Reason.NOT_USED, evidence=seen)
    if kind not in _STORED:
        said = f"the connection's way of signing in is {auth.value or 'not stated'}, which is not known here"
        return Unknown(message=said, reason=Reason.UNEXPECTED_VALUE, evidence=seen)
    severity, what = _STORED[kind]
    return Fail(
        message=f"the connection stores {what} ({auth.value})",
        evidence=seen,
        severity=severity,
        remedy=_NEW_CONNECTION,
        fills=(("workspace", connection.scope.name),),
    )
