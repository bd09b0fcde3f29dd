"""The grammar of ARM paths: scopes, provider types and resource names, compared without case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPath:
    """A decoded ARM path, cut at its last ``/providers/{namespace}``.

    ``scope`` is what stands before it ("" is the tenant), ``namespace`` is "" when the path has no provider,
    and ``rest`` holds the segments after the namespace, types and names in turn.
    """

    scope: str
    namespace: str
    rest: tuple[str, ...]

    @property
    def types(self) -> tuple[str, ...]:
        return self.rest[0::2]

    @property
    def names(self) -> tuple[str, ...]:
        return self.rest[1::2]

    @property
    def is_collection(self) -> bool:
        return len(self.rest) % 2 == 1

    @property
    def resource_type(self) -> str:
        """``Provider/type/subtype`` in the caller's own case."""
        return "/".join((self.namespace, *self.types))

    @property
    def full(self) -> str:
        provider = ("providers", self.namespace) if self.namespace else ()
        return "/".join((self.scope, *provider, *self.rest)) or "/"

    @property
    def parent(self) -> str:
        """The resource that a child collection belongs to; the scope for a collection of a top-level type."""
        return self.scope if len(self.rest) < 2 else self.full.rpartition("/")[0]

    @property
    def owner(self) -> str:
        """The resource or scope that this resource, collection or action stands in."""
        if self.is_collection:
            return self.parent
        return self.scope if len(self.rest) <= 2 else self.full.rsplit("/", 2)[0]

    @property
    def scope_segments(self) -> tuple[str, ...]:
        return tuple(self.scope.split("/")[1:])

    @property
    def parent_scope(self) -> str:
        """The scope without its last segment."""
        return self.scope.rpartition("/")[0]

    @property
    def subscription_id(self) -> str | None:
        return _value_after(self.scope_segments, 0, "subscriptions")

    @property
    def resource_group(self) -> str | None:
        return _value_after(self.scope_segments, 2, "resourcegroups") if self.subscription_id else None

    @property
    def scope_is_resource(self) -> bool:
        """True for the scope of an extension: a resource, neither tenant, subscription nor resource group."""
        return "providers" in (segment.lower() for segment in self.scope_segments)


def _value_after(segments: tuple[str, ...], index: int, keyword: str) -> str | None:
    if len(segments) > index + 1 and segments[index].lower() == keyword:
        return segments[index + 1]
    return None


def parse_path(path: str) -> ArmPath:
    """Cut a decoded path; empty segments and a trailing slash do not matter."""
    segments = [segment for segment in path.split("/") if segment]
    # A resource may be called "providers"; a namespace always has a dot.
    marks = [
        index
        for index, segment in enumerate(segments[:-1])
        if segment.lower() == "providers" and "." in segments[index + 1]
    ]
    if not marks:
        return ArmPath(scope="".join(f"/{segment}" for segment in segments), namespace="", rest=())
    cut = marks[-1]
    return ArmPath(
        scope="".join(f"/{segment}" for segment in segments[:cut]),
        namespace=segments[cut + 1],
        rest=tuple(segments[cut + 2 :]),
    )


def key(path: str) -> str:
    """The form in which ids and scopes are compared: lower case, no trailing slash, "" for the tenant."""
    return path.lower().rstrip("/")


def is_within(path_key: str, scope_key: str) -> bool:
    """True when the path is the scope or lies below it, by whole segments; both in `key` form."""
    return path_key == scope_key or path_key.startswith(f"{scope_key}/")


def read_action(path: ArmPath) -> str:
    """The ARM action that a GET of this path needs, such as ``Microsoft.Search/searchServices/read``."""
    if path.namespace:
        return (
            f"{path.resource_type}/read" if path.rest else "Microsoft.Resources/subscriptions/providers/read"
        )
    collections = "/".join(path.scope_segments[0::2])
    if collections.lower().startswith("subscriptions/resourcegroups/"):
        return "Microsoft.Resources/subscriptions/resourceGroups/resources/read"
    return f"Microsoft.Resources/{collections or 'subscriptions'}/read"


def action_of(method: str, path: ArmPath) -> str:
    """The ARM action that a request needs. A POST calls the last segment of its path as an action."""
    match method:
        case "PUT" | "PATCH":
            return f"{path.resource_type}/write"
        case "DELETE":
            return f"{path.resource_type}/delete"
        case "POST":
            return f"{path.resource_type}/action"
        case _:
            return read_action(path)


def authorization_scope(path: ArmPath) -> str:
    """The scope that ARM names in AuthorizationFailed: the resource, or what a collection hangs from."""
    if path.namespace:
        return (path.parent if path.is_collection else path.full) or "/"
    segments = path.scope_segments
    whole = segments if len(segments) % 2 == 0 else segments[:-1]
    return "/" + "/".join(whole)
