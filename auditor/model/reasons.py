"""Why a verdict is unknown or not applicable, and why something could not be read."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reason codes of the JSON report. Those of the catalogue (section 0) come first."""

    NO_PERMISSION = "no-permission"
    HIDDEN = "hidden"
    NOT_IN_ARM = "not-in-arm"
    DATA_PLANE_UNREACHABLE = "data-plane-unreachable"
    CUSTOM_DNS = "custom-dns"
    CONDITIONAL = "conditional"
    FOREIGN_TENANT = "foreign-tenant"
    BLIND_API = "blind-api"
    RELATION_SUGGESTED = "relation-suggested"

    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server-error"
    MALFORMED = "malformed"
    OUT_OF_SCOPE = "out-of-scope"
    NOT_OFFERED = "not-offered"
    UNEXPECTED_VALUE = "unexpected-value"
    AMBIGUOUS = "ambiguous"
    RULE_ERROR = "rule-error"

    NOT_RELATED = "not-related"
    NOT_USED = "not-used"
    NOT_DECLARED = "not-declared"
    KIND = "kind"
    BEING_DELETED = "being-deleted"
    PUBLIC_ACCESS_OPEN = "public-access-open"
    NO_IDENTITY = "no-identity"
    SERVED_OTHERWISE = "served-otherwise"

    @property
    def means_unread(self) -> bool:
        """Whether something could not be read: such an unknown makes the audit incomplete (exit 4).

        The others were read in full and still cannot be decided.
        """
        return self in _UNREAD


_UNREAD = frozenset(
    {
        Reason.NO_PERMISSION,
        Reason.HIDDEN,
        Reason.NOT_IN_ARM,
        Reason.DATA_PLANE_UNREACHABLE,
        Reason.FOREIGN_TENANT,
        Reason.BLIND_API,
        Reason.THROTTLED,
        Reason.TIMEOUT,
        Reason.UNREACHABLE,
        Reason.SERVER_ERROR,
        Reason.MALFORMED,
        Reason.OUT_OF_SCOPE,
        Reason.NOT_OFFERED,
        Reason.RULE_ERROR,
    }
)
