"""Bicep as far as it can be checked without its compiler, which neither pip nor npm has: its grammar."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter
import tree_sitter_bicep


def problems(text: str) -> list[str]:
    """The lines that do not parse; empty for a file that does. Types and names are not looked at."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
    return [
        f"line {node.start_point[0] + 1}: {'missing ' if node.is_missing else ''}{node.type}"
        for node in _nodes(parser.parse(text.encode()).root_node)
        if node.is_error or node.is_missing
    ]


def _nodes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)
