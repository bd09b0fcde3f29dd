"""Azure Resource Manager ids: compared case-insensitively, printed as ARM gave them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

ROOT_SCOPE = "/"


class MalformedId(ValueError):
    """The text is not an ARM id."""


@dataclass(frozen=True, slots=True, eq=False)
class ArmId:
    """One ARM id or scope.

    `text` is what ARM wrote and what is printed; `key` is what is compared, hashed and sorted.
    ARM answers the same id in several spellings, so nothing may compare `text`.
    """

    text: str
    key: str

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read an id such as `/subscriptions/…/providers/Microsoft.Search/searchServices/s`.

        A trailing slash is dropped (Key Vault writes one). `/` is the tenant's root scope.
        Raises MalformedId for anything else that does not start with a slash or has an empty segment.
        """
        if not isinstance(text, str) or not text.startswith("/"):
            raise MalformedId(f"not an ARM id: {text!r}")
        trimmed = text.rstrip("/") or ROOT_SCOPE
        if "//" in trimmed:
            raise MalformedId(f"an ARM id with an empty segment: {text!r}")
        return cls(trimmed, trimmed.lower() if trimmed.isascii() else _lowered(trimmed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArmId) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __lt__(self, other: ArmId) -> bool:
        return self.key < other.key

    def __str__(self) -> str:
        return self.text

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.text.split("/")[1:]) if self.text != ROOT_SCOPE else ()

    @property
    def name(self) -> str:
        """The last segment; empty for the root scope."""
        return self.segments[-1] if self.segments else ""

    @property
    def subscription_id(self) -> str | None:
        """The subscription's GUID in lower case; None for management groups and the root scope."""
        return self._after("subscriptions", 0, lower=True)

    @property
    def resource_group(self) -> str | None:
        return self._after("resourcegroups", 2)

    @property
    def subscription(self) -> ArmId | None:
        """The subscription's own id, None above subscriptions."""
        return ArmId.parse("/" + "/".join(self.segments[:2])) if self.subscription_id else None

    @property
    def resource_type(self) -> str | None:
        """`Namespace/type/childType` of the last provider in the id; None for scopes that are no resource."""
        lowered = [segment.lower() for segment in self.segments]
        if "providers" not in lowered:
            return None
        start = len(lowered) - 1 - lowered[::-1].index("providers")
        tail = self.segments[start + 1 :]
        return "/".join((*tail[:1], *tail[1::2])) if len(tail) >= 2 else None

    @property
    def parent(self) -> ArmId | None:
        """The resource or scope that directly holds this one; None for the root scope."""
        segments = self.segments
        if not segments:
            return None
        cut = segments[:-2]
        if len(cut) >= 2 and cut[-2].lower() == "providers":
            cut = cut[:-2]
        return ArmId.parse("/" + "/".join(cut))

    def child(self, *segments: str) -> ArmId:
        base = "" if self.text == ROOT_SCOPE else self.text
        return ArmId.parse("/".join((base, *segments)))

    def is_within(self, scope: ArmId) -> bool:
        """Whether this id is the scope or lies below it, by whole segments: `/rg1` never holds `/rg10`.

        Management groups hold subscriptions without the id saying so; that is not judged here.
        """
        return scope.key in {ROOT_SCOPE, self.key} or self.key.startswith(scope.key + "/")

    def scopes(self) -> Iterator[ArmId]:
        """This id and every scope above it that its text names, nearest first, the root scope last."""
        here: ArmId | None = self
        while here is not None:
            yield here
            here = here.parent

    def _after(self, word: str, position: int, *, lower: bool = False) -> str | None:
        segments = self.segments
        if len(segments) < position + 2 or segments[position].lower() != word:
            return None
        found = segments[position + 1]
        return found.lower() if lower else found


def _lowered(text: str) -> str:
    """Lower case as ARM compares: what is not ASCII never equals an ASCII letter.

    Python lowers the Kelvin sign to `k`: a resource group could be named to pass for another one. Source:
    https://learn.microsoft.com/dotnet/api/system.stringcomparer.ordinalignorecase
    """
    pairs = ((one, one.lower()) for one in text)
    return "".join(low if len(low) == 1 and low.isascii() == one.isascii() else one for one, low in pairs)


def same_text(left: str, right: str) -> bool:
    """Whether two ARM names, types or enum values are the same: ARM compares them without case."""
    return left.casefold() == right.casefold()
