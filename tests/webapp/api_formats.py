"""What OpenAPI cannot say of the API's strings, for schemathesis: what a query is, and a date.

`schemathesis.toml` names this module, so `schemathesis run` in this folder knows it too.
"""

from __future__ import annotations

import re

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext

from indexer.query.guide import GUIDE

_EXAMPLES = [row.example for section in GUIDE for row in section.rows]
# They lie within each other, so that no search ends before it begins.
_DATES = ["2024", "2024-09", "2024-09-18", "2024-09?", "2024~", "2024/2025"]

_PLAIN = re.compile(r"[\w ]*\Z")


@schemathesis.hook
def map_case(context: HookContext, case: Case) -> Case:  # noqa: ARG001 (as it is called)
    """Where only what the document allows is asked, a text that may be no query is another."""
    if case.meta and case.meta.generation.mode.is_positive:
        for told in (case.query, case.body):
            if isinstance(told, dict) and isinstance(q := told.get("q"), str):
                told["q"] = q if _PLAIN.match(q) else _EXAMPLES[len(q) % len(_EXAMPLES)]
    return case


schemathesis.openapi.format("edtf", st.sampled_from(_DATES))
