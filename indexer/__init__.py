"""Answers: normalising, analysis, queries, engines, snippets, and keeping the index current."""
