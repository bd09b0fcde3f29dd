"""vcrpy as these tests use it: what may stand in a cassette, and in which form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import vcr
from vcr.serializers import yamlserializer

from tests.collect.scrubbing import Scrubber

# Everything else that a request or an answer carries changes from run to run or names the caller.
_KEPT_REQUEST_HEADERS = frozenset({"accept"})
_KEPT_RESPONSE_HEADERS = frozenset(
    {"content-type", "retry-after", "x-ms-ratelimit-remaining-subscription-reads"}
)
_TOKEN_PATH_END = "/oauth2/v2.0/token"


class _BlockDumper(yamlserializer._CassetteDumper):  # type: ignore[misc]  # vcrpy ships no types
    """Multi-line text as a block, so that a body reads, and differs, line by line."""


def _block(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_BlockDumper.add_representer(str, _block)


class OrderedYaml:
    """A cassette serializer whose output depends on what was said alone, not on which answer came first."""

    @staticmethod
    def serialize(cassette: Mapping[str, Any]) -> str:
        interactions = sorted(cassette["interactions"], key=_place)
        whole = {"version": cassette["version"], "interactions": interactions}
        return str(
            yamlserializer.yaml.dump(
                whole, Dumper=_BlockDumper, sort_keys=True, allow_unicode=True, width=110
            )
        )

    @staticmethod
    def deserialize(text: str) -> Any:
        return yamlserializer.deserialize(text)


def _place(interaction: Mapping[str, Any]) -> tuple[str, str]:
    request = interaction["request"]
    return request["uri"], request["method"]


def replaying(path: Path, **options: Any) -> AbstractContextManager[Any]:
    """Answers from the cassette alone; what it does not hold raises. Every answer is given once."""
    tape = vcr.VCR(record_mode="none", match_on=["method", "uri"])
    player: AbstractContextManager[Any] = tape.use_cassette(str(path), **options)
    return player


def recording(
    path: Path, scrubber: Scrubber | None = None, beside: frozenset[str] = frozenset()
) -> AbstractContextManager[Any]:
    """Records everything but the sign-in, in place of what stands at the path; a live tenant scrubbed.

    `beside` are headers of answers, in lower case, that are kept beside the usual ones.
    """

    def request(sent: Any) -> Any:
        kept = recorded_request(sent)
        if kept is not None and scrubber is not None:
            kept.uri = scrubber.url(kept.uri)
        return kept

    def response(came: Mapping[str, Any]) -> dict[str, Any]:
        return recorded_response(scrubber.response(came) if scrubber is not None else came, beside)

    path.unlink(missing_ok=True)
    tape = vcr.VCR(
        record_mode="all",
        decode_compressed_response=True,
        before_record_request=request,
        before_record_response=response,
        serializer="ordered",
    )
    tape.register_serializer("ordered", OrderedYaml)
    recorder: AbstractContextManager[Any] = tape.use_cassette(str(path))
    return recorder


def recorded_request(request: Any) -> Any:
    """The request without what identifies its sender; None, which leaves it out, for the sign-in."""
    if request.path.endswith(_TOKEN_PATH_END):
        return None
    request.headers = {
        name: value for name, value in request.headers.items() if name.lower() in _KEPT_REQUEST_HEADERS
    }
    return request


def recorded_response(response: Mapping[str, Any], beside: frozenset[str] = frozenset()) -> dict[str, Any]:
    kept = _KEPT_RESPONSE_HEADERS | beside
    headers = {name: value for name, value in response["headers"].items() if name.lower() in kept}
    body = response["body"]["string"]
    return {**response, "headers": headers, "body": {"string": _indented(body)}}


def _indented(body: bytes) -> bytes:
    """JSON a member a line; anything else as it came, for it is what the collectors must cope with."""
    try:
        decoded = json.loads(body)
    except ValueError:
        return body
    return (json.dumps(decoded, indent=1, ensure_ascii=False) + "\n").encode()
