"""What OpenAPI cannot say of the API's strings, for schemathesis: what a query is, and a date.

`schemathesis.toml` names this module, so `schemathesis run` in this folder knows it too.
"""

from __future__ import annotations

import schemathesis
from hypothesis import strategies as st

from indexer.query.guide import GUIDE

_EXAMPLES = [row.example for section in GUIDE for row in section.rows]
# They lie within each other, so that no search ends before it begins.
_DATES = ["2024", "2024-09", "2024-09-18", "2024-09?", "2024~", "2024/2025"]

schemathesis.openapi.format(
    "pressmark-query", st.one_of(st.sampled_from(_EXAMPLES), st.from_regex(r"\A[\w ]{0,40}\Z"))
)
schemathesis.openapi.format("edtf", st.sampled_from(_DATES))
