"""The two kinds of bad news: the user's mistake and the archive's trouble."""

from __future__ import annotations


class UserMistake(Exception):
    """It cannot be done as asked: exit status 2, HTTP 400.  One sentence for a person."""


class ArchiveTrouble(Exception):
    """The archive cannot do it now: exit status 1, HTTP 503.  One sentence for a person."""
