"""What a recording of a fix may hold: the sandbox's answers, and nothing of anybody else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vcr.serializers import yamlserializer

from tests.collect.scenarios import sample_file
from tests.collect.test_cassette_hygiene import GUID, HEADERS, SECRETS
from tests.fix.guided.tapes import ARM_URL, POLLING


def interactions(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yamlserializer.deserialize(path.read_text("utf-8"))["interactions"]
    return found


def assert_holds_no_secret_and_no_stranger(path: Path, ours: re.Pattern[str]) -> None:
    """`ours` are the GUIDs that may stand there beside those of the sample tenant."""
    text = path.read_text("utf-8")
    assert [name for name, pattern in SECRETS.items() if pattern.search(text)] == []
    known = {found.lower() for found in GUID.findall(json.dumps(sample_file()))}
    strangers = {found.lower() for found in GUID.findall(text)} - known
    assert [guid for guid in strangers if not ours.match(guid)] == []
    for one in interactions(path):
        assert urlsplit(one["request"]["uri"]).netloc == urlsplit(ARM_URL).netloc
        headers = {name.lower() for name in (*one["request"]["headers"], *one["response"]["headers"])}
        assert headers <= HEADERS | POLLING
