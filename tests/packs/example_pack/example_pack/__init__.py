"""A third-party pack: one rule and one report format, behind one entry point."""

from __future__ import annotations

from auditor.model.pack import Pack, Writer
from example_pack.counts import render
from example_pack.search_location import example_search_location

PACK = Pack(
    name="example",
    version="1.2.0",
    rules=(example_search_location,),
    writers=(Writer(name="counts", summary="how many results of each status", render=render),),
)
