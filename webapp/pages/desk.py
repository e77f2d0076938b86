"""The archivist's desk: where what is done to records begins."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from archive.account import Role
from webapp.access import demands

page = demands(Role.ARCHIVIST)(Blueprint("desk", __name__))


@page.get("/desk")
def show() -> ResponseReturnValue:
    """What can be done at the desk."""
    return render_template("desk.html"), 200
