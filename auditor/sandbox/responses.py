"""What the sandbox answers with: one response type and ARM's own error bodies, in ARM's own wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from auditor.sandbox.scopes import ArmPath, authorization_scope

JSON_HEADERS: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResponse:
    """One HTTP answer; `body` is encoded and uncompressed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def json_response(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> ArmResponse:
    return ArmResponse(status=status, headers={**JSON_HEADERS, **(headers or {})}, body=orjson.dumps(body))


def error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> ArmResponse:
    """ARM's error body."""
    return json_response({"error": {"code": code, "message": message}}, status, headers)


def missing_api_version() -> ArmResponse:
    message = "The api-version query parameter (?api-version=) is required for all requests."
    return error(400, "MissingApiVersionParameter", message)


def authorization_failed_message(client_id: str, object_id: str, path: ArmPath, action: str) -> str:
    return (
        f"The client '{client_id}' with object id '{object_id}' does not have authorization to perform "
        f"action '{action}' over scope '{authorization_scope(path)}' or the scope is invalid. "
        "If access was recently granted, please refresh your credentials."
    )


def resource_not_found_message(path: ArmPath) -> str:
    pairs = [segment for pair in zip(path.types, path.names, strict=False) for segment in pair]
    # ARM prints all types, then all names: Microsoft.Search/searchServices/kb.
    named = "/".join((path.namespace, *pairs[0::2], *pairs[1::2])) if path.namespace else path.scope
    group = f" under resource group '{path.resource_group}'" if path.resource_group else ""
    return (
        f"The Resource '{named}'{group} was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )


def resource_not_found(path: ArmPath) -> ArmResponse:
    return error(404, "ResourceNotFound", resource_not_found_message(path))


def parent_not_found(path: ArmPath) -> ArmResponse:
    message = (
        f"Failed to perform 'read' on resource(s) of type '{'/'.join(path.types)}', because the parent "
        f"resource '{path.parent}' could not be found."
    )
    return error(404, "ParentResourceNotFound", message)


def resource_group_not_found(name: str) -> ArmResponse:
    return error(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def subscription_not_found(subscription_id: str) -> ArmResponse:
    return error(404, "SubscriptionNotFound", f"The subscription '{subscription_id}' could not be found.")


def invalid_resource_type(path: ArmPath, api_version: str) -> ArmResponse:
    message = (
        f"The resource type '{'/'.join(path.types)}' could not be found in the namespace '{path.namespace}' "
        f"for api version '{api_version}'."
    )
    return error(404, "InvalidResourceType", message)


def unauthorized(base: str, tenant_id: str, has_token: bool) -> ArmResponse:
    """401 as ARM gives it; the challenge names the tenant that the caller should sign in to."""
    code, reason = (
        ("InvalidAuthenticationToken", "The access token is invalid.")
        if has_token
        else (
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
        )
    )
    challenge = (
        f'Bearer authorization_uri="{base}/{tenant_id}", error="invalid_token", error_description="{reason}"'
    )
    return error(401, code, reason, {"WWW-Authenticate": challenge})


def method_not_allowed(method: str) -> ArmResponse:
    message = f"The sandbox does not support the http method '{method}' here."
    return error(405, "MethodNotAllowed", message, {"Allow": "GET, HEAD"})
