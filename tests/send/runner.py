"""How the two services read a step's output: their rules, written anew from their sources.

github.com/actions/runner, src/Runner.Common/ActionCommand.cs (both syntaxes) and
github.com/microsoft/azure-pipelines-agent, src/Microsoft.VisualStudio.Services.Agent/Command.cs. Both compare
by culture, which overlooks unseen characters: here every one that is neither printed nor a space.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_GITHUB_COMMANDS = frozenset(
    (
        *("error", "warning", "notice", "debug", "group", "endgroup", "echo", "add-mask", "add-matcher"),
        *("remove-matcher", "stop-commands", "set-env", "set-output", "save-state", "add-path"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def github(output: str) -> list[Command]:
    """What GitHub Actions would obey of this output."""
    return [found for line in re.split(r"\r\n|\r|\n", output) if (found := _github(_seen(line)))]


def azure(output: str) -> list[Command]:
    """What Azure Pipelines would obey of it."""
    return [found for line in re.split(r"\r\n|\r|\n", output) if (found := _azure(_seen(line)))]


def _seen(line: str) -> str:
    overlooked = {"Cf", "Mn", "Me", "Cc"}
    return "".join(c for c in line if c == "\t" or unicodedata.category(c) not in overlooked)


def _github(line: str) -> Command | None:
    if modern := re.match(r"\s*::([^ :]+)(?: (.*?))?::(.*)", line):
        name, properties, data = modern[1], modern[2] or "", modern[3]
        if name in _GITHUB_COMMANDS:
            pairs = (pair.split("=", 1) for pair in properties.split(",") if "=" in pair)
            codes = {"%3A": ":", "%2C": ","}
            said = {key.strip(): _unescaped(value, codes, "%25") for key, value in pairs}
            return Command(name=name, properties=said, data=_unescaped(data, {}, "%25"))
    if (old := re.search(r"##\[([^ \]]+)[^\]]*\](.*)", line)) and old[1] in _GITHUB_COMMANDS:
        return Command(name=old[1], properties={}, data=old[2])
    return None


def _azure(line: str) -> Command | None:
    found = re.search(r"##vso\[([^ \]]+)(?: ([^\]]*))?\](.*)", line, re.IGNORECASE)
    if not found:
        return None
    codes = {"%5D": "]", "%3B": ";"}
    pairs = (pair.split("=", 1) for pair in (found[2] or "").split(";") if "=" in pair)
    properties = {key: _unescaped(value, codes, "%AZP25") for key, value in pairs}
    return Command(name=found[1], properties=properties, data=_unescaped(found[3], codes, "%AZP25"))


def _unescaped(text: str, codes: dict[str, str], percent: str) -> str:
    for code, character in {"%0D": "\r", "%0A": "\n", **codes, percent: "%"}.items():
        text = text.replace(code, character)
    return text
