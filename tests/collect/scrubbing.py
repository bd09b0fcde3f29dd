"""Turns what a live tenant said into fakes of the same shape, the same fake for the same original.

Fail-closed: a text is kept where its member's name says that it is Azure's own vocabulary, else replaced. The
mapping is keyed (HMAC-SHA-256), so that nobody without the key can try a guessed name against a cassette.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit, urlunsplit

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
# Version 8 is for UUIDs of one's own making (RFC 9562), so no real id can look like this.
_FAKE_GUID = re.compile(r"fa4efa4e-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+", re.IGNORECASE)
_ACTION_DENIED = re.compile(r"perform action '([\w./]+)' over scope '([^']*)'")
_MEMBER_NAME = re.compile(r"@?[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z]+)?")

# Ids that Azure gives to everybody: everyone, Microsoft's own tenant, and built-in roles
# (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles).
KNOWN_GUIDS = frozenset(
    {
        "00000000-0000-0000-0000-000000000000",
        "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb",
        "1407120a-92aa-4202-b7e9-c0e197c71c8f",
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        "7ca78c08-252a-4471-8644-bb5ff32d4ba0",
        "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        "a001fd3d-188f-4b5d-821b-7da978bf7442",
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "b556d68e-0be0-4f35-a333-ad7ee1ce17ea",
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        "f6c7c914-8db3-469d-8ca1-694a8f32e121",
    }
)
# Members whose values are words of Azure's, not of the tenant's.
_VOCABULARY = frozenset(
    """
    type kind tier family state status provisioningState publicNetworkAccess defaultAction bypass action
    groupId groupIds group subresourceTarget location principalType createdByType lastModifiedByType
    isolationMode category authType datastoreType minimumTlsVersion allowedCopyScope
    privateEndpointNetworkPolicies
    privateLinkServiceNetworkPolicies peeringState serviceName hostingMode aadAuthFailureMode format version
    code conditionVersion actions notActions dataActions notDataActions scenario sparkStatus firewallSku
    systemDatastoresAuthMode runningStatus semanticSearch protocol access direction privateIPAllocationMethod
    privateIPAddressVersion accessTier authorizationSource spendingLimit
    """.lower().split()
)
# As aiohttp writes a query, so that a request and the link that led to it stay the same text.
_PLAIN_IN_A_QUERY = "$'(),:@/"
# Members whose own keys are names that somebody chose.
_NAMED_MEMBERS = frozenset({"tags", "userassignedidentities", "outboundrules", "metadata"})
_METADATA_KEYS = frozenset({"ResourceId", "ApiType", "ApiVersion", "DeploymentApiVersion"})
_KEPT_NAMES = frozenset({"default", "current"})
_SKU_NAMES = frozenset({"s0", "f0", "free", "basic", "standard", "standard2", "standard3", "standard_lrs"})
_SCOPE_WORDS = frozenset({"subscriptions", "resourcegroups", "metadata", "endpoints"})
# The ends of Azure's public names; labels left of them belong to somebody unless they are a service's.
_SUFFIXES = (
    "azure.com",
    "azure.net",
    "azure.us",
    "azure.cn",
    "windows.net",
    "microsoft.com",
    "azurewebsites.net",
    "azurecr.io",
    "azureml.ms",
    "azureml.net",
    "azurecontainerapps.io",
)
_SERVICE_LABELS = frozenset(
    [
        "privatelink",
        "openai",
        "cognitiveservices",
        "services",
        "search",
        "blob",
        "file",
        "queue",
        "table",
        "dfs",
        "web",
        "core",
        "vault",
        "vaultcore",
        "api",
        "notebooks",
        "database",
        "documents",
        "azure",
        "ai",
        "scm",
        "management",
        "login",
        "*",
    ]
)


def is_fake_guid(guid: str) -> bool:
    return _FAKE_GUID.fullmatch(guid) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubber:
    """`key` decides the mapping: the same key, the same fakes. Keep it out of the repository."""

    key: bytes

    def guid(self, guid: str) -> str:
        if guid.lower() in KNOWN_GUIDS or is_fake_guid(guid.lower()):
            return guid
        found = self._digest("guid", guid)
        return f"fa4efa4e-{found[:4]}-8{found[4:7]}-8{found[7:10]}-{found[10:22]}"

    def name(self, name: str) -> str:
        """A name that every Azure type takes: a letter, then 12 hexadecimal digits."""
        if _GUID.fullmatch(name):
            return self.guid(name)
        lowered = name.lower()
        if lowered in _KEPT_NAMES or lowered.startswith("privatelink."):
            return name
        return f"n{self._digest('name', name)[:12]}"

    def arm_id(self, text: str) -> str:
        """The namespaces, types and collections stay, the names between them do not; other paths go whole."""
        scope, mark, rest = text.rpartition("/providers/")
        if mark and "/providers/" in scope:
            return self.arm_id(scope) + self.arm_id(mark + rest)
        namespace, *segments = rest.split("/") if mark else [""]
        kept = [one if not place % 2 else self._segment(one) for place, one in enumerate(segments)]
        below = mark + "/".join((namespace, *kept))
        return self._scope(scope if mark else text) + below

    def _scope(self, text: str) -> str:
        """What stands before a provider: subscription and resource group, and no other words."""
        segments = text.split("/")
        kept = [one if one.lower() in _SCOPE_WORDS else self._segment(one) for one in segments]
        return "/".join(kept)

    def _segment(self, segment: str) -> str:
        return self.name(segment) if segment else segment

    def host(self, host: str) -> str:
        lowered = host.lower().rstrip(".")
        suffix = next((end for end in _SUFFIXES if lowered == end or lowered.endswith(f".{end}")), None)
        if suffix is None:
            return f"{self.name(lowered)}.example"
        labels = lowered.removesuffix(suffix).rstrip(".").split(".")
        kept = [one if one in _SERVICE_LABELS or not one else self.name(one) for one in labels]
        return ".".join([*filter(None, kept), suffix])

    def url(self, url: str) -> str:
        """Scheme and api-version stay; host, path and every other parameter are mapped."""
        parts = urlsplit(url)
        host = self.host(parts.hostname or "") + (f":{parts.port}" if parts.port else "")
        query = "&".join(
            f"{name}={quote_plus(self._parameter(name, value), safe=_PLAIN_IN_A_QUERY)}"
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        )
        return urlunsplit(
            (parts.scheme, host, quote(self.arm_id(unquote(parts.path)), safe="/()"), query, "")
        )

    def body(self, content: bytes) -> bytes:
        """A JSON body, mapped; what is not JSON is replaced whole."""
        try:
            decoded = json.loads(content)
        except ValueError:
            return b"not JSON, scrubbed"
        return json.dumps(self.value("", decoded), ensure_ascii=False).encode()

    def value(self, member: str, found: Any) -> Any:
        match found:
            case dict():
                return {
                    self._key(member, name): ({} if name == "tags" else self.value(name, inner))
                    for name, inner in found.items()
                }
            case list():
                return [self.value(member, inner) for inner in found]
            case str():
                return self.text(member, found)
            case _:
                return found

    def text(self, member: str, text: str) -> str:
        lowered = member.lower()
        if not text or _is_time(text):
            return text
        if lowered in _VOCABULARY or (lowered == "name" and text.lower() in _SKU_NAMES):
            return _GUID.sub(lambda found: self.guid(found[0]), text)
        if lowered == "message":
            return self._message(text)
        if text.startswith("/"):
            return self.arm_id(text)
        if urlsplit(text).scheme in {"http", "https"}:
            return self.url(text)
        if _GUID.fullmatch(text):
            return self.guid(text)
        if (address := _network(text)) is not None:
            return text if address.is_private else self._documentation_network(address)
        if lowered != "name" and _HOST.fullmatch(text):
            return self.host(text)
        return "/".join(self.name(part) for part in text.split("/")) if lowered == "name" else self.name(text)

    def _key(self, member: str, name: str) -> str:
        if name.startswith("/"):
            return self.arm_id(name)
        chosen = member.lower() in _NAMED_MEMBERS and name not in _METADATA_KEYS
        return self.name(name) if chosen or not _MEMBER_NAME.fullmatch(name) else name

    def _parameter(self, name: str, value: str) -> str:
        if name.lower() == "api-version":
            return value
        if name.lower() == "$filter":
            return _GUID.sub(lambda found: self.guid(found[0]), value)
        return self.name(value)

    def _message(self, text: str) -> str:
        """Of error messages only the refusal of an action is kept, because the action is read from it."""
        denied = _ACTION_DENIED.search(text)
        if denied is None:
            return "scrubbed"
        return f"The client may not perform action '{denied[1]}' over scope '{self.arm_id(denied[2])}'."

    def _documentation_network(self, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> str:
        """An address of RFC 5737 or RFC 3849 with the same prefix length."""
        last = int(self._digest("network", str(network))[:2], 16)
        fake = f"203.0.113.{last}" if network.version == 4 else f"2001:db8::{last:x}"
        return fake if network.prefixlen == network.max_prefixlen else f"{fake}/{network.prefixlen}"

    def _digest(self, what: str, text: str) -> str:
        return hmac.new(self.key, f"{what}:{text.lower()}".encode(), "sha256").hexdigest()

    def response(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {**response, "body": {"string": self.body(response["body"]["string"])}}


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[:2] in {"19", "20"} and "-" in text


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
