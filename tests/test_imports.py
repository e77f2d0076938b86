"""The import rule: what may lean on what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("archive", "indexer", "webapp")
FORBIDDEN = {"archive": ("indexer", "webapp"), "indexer": ("webapp",), "webapp": ()}
CONFINED = {
    "flask": "webapp/",
    "werkzeug": "webapp/",
    "waitress": "webapp/server.py",
    "whoosh": "indexer/engines/",
    "bs4": "archive/readers/",
    "alembic": ("archive/founding.py", "archive/migrations/"),
    "sqlite3": "archive/catalogue/database.py",
}
STATEMENTS = ("select", "insert", "update", "delete", "text")
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
)


def imported_by(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def violations(module: str, source: str) -> list[str]:
    found = []
    package = module.partition("/")[0]
    for name in imported_by(source):
        top = name.partition(".")[0]
        if top in FORBIDDEN[package]:
            found.append(f"{module} imports {name}: imports go down only")
        if top in CONFINED and not module.startswith(CONFINED[top]):
            found.append(f"{module} imports {name}, which belongs in {CONFINED[top]}")
    at_home = module.startswith(("archive/catalogue/", "archive/migrations/"))
    queries = set(re.findall(r"from sqlalchemy import ([^\n]+)", source))
    if not at_home and any(name in line for line in queries for name in STATEMENTS):
        found.append(f"{module} makes queries, which belong in archive/catalogue/")
    if module != "webapp/settings.py" and ("os.environ" in source or "getenv" in source):
        found.append(f"{module} reads the environment, which is read in webapp/settings.py")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_is_below_it(module: str) -> None:
    assert violations(module, (ROOT / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("archive/a.py", "import indexer.search"),
        ("archive/a.py", "from webapp import app"),
        ("indexer/a.py", "import webapp"),
        ("indexer/a.py", "from flask import request"),
        ("indexer/search.py", "def f():\n    import whoosh.index"),
        ("webapp/pages/a.py", "from bs4 import BeautifulSoup"),
        ("webapp/pages/a.py", "import os\nos.environ['HOME']"),
        ("webapp/pages/a.py", "from sqlalchemy import Connection, select"),
    ],
)
def test_the_rule_notices(module: str, source: str) -> None:
    assert violations(module, source) != []
