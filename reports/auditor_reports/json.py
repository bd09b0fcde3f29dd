"""Format `json`: the whole report, schema 1.0 (`schemas/report-1.0.schema.json`)."""

from __future__ import annotations

import json
import re

from auditor.model.document import document
from auditor.model.pack import Sheet
from auditor.model.plaintext import is_hostile
from auditor.model.result import AuditResult

_SUSPECT = re.compile(r"[^ -~\n]")


def render(result: AuditResult, sheet: Sheet) -> str:
    """The report as indented JSON. The sheet changes nothing: machines get everything."""
    return encoded(document(result)) + "\n"


def encoded(value: object, *, indented: bool = True) -> str:
    """JSON with no character in it that a terminal or log viewer would obey; on one line if not indented.

    Of what JSON has no word for, most raises TypeError and NaN would be null: `auditor.model.json_value` has
    seen to both.
    """
    import orjson

    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2 if indented else None).decode()
    except orjson.JSONEncodeError:
        # Lone surrogates and integers above 64 bits: rare, legal in what ARM may send, refused by orjson.
        layout = {"indent": 2} if indented else {"separators": (",", ":")}
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, **layout)
    return _SUSPECT.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1] if is_hostile(match.group()) else match.group()
