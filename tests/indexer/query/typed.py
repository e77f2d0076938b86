"""Queries as anybody might type them, well-formed or not."""

from hypothesis import strategies as st

PIECES = st.sampled_from(
    ["(", ")", '"', "“", "‘", "’", " ", "-", "+", "=", "~", "*", "AND ", " OR ", "NOT ", " NEAR/3 ",
     "title:", "date:", "stance:", "any:", "none", "2031-02-29", "..", "/", "boat", "ə", "新", "&"]
)  # fmt: skip
ANYTHING = st.characters(codec=None) | st.characters(categories=["Cs", "Cc", "Mn"])
TYPED = st.lists(PIECES | ANYTHING, max_size=25).map("".join)
"""Signs of the language, words and any characters in any order."""
