"""The README says everything that can be typed or set, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from archive.home import Home
from archive.manifest import COLUMNS
from webapp.app import create_app
from webapp.cli import pressmark
from webapp.services import open_services

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, prefix: str = "pressmark") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


COMMANDS = dict(commands(pressmark))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_its_options_are_in_the_readme(name: str) -> None:
    rows = [row for row in README.splitlines() if row.startswith("| `pressmark ")]
    (line,) = [row for row in rows if f"`{name}" in row]
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert any(option in line for option in parameter.opts), parameter.opts


MANY = (
    "add", "authorities import", "authorities merge", "backup", "export", "import", "jobs start",
    "mend", "reinstate", "restore", "review accept", "review correct", "review reject",
    "stance import", "withdraw",
)  # fmt: skip


@pytest.mark.parametrize("name", MANY)
def test_a_command_that_changes_many_things_has_a_dry_run(name: str) -> None:
    parameters = COMMANDS[f"pressmark {name}"].params
    assert any("--dry-run" in getattr(each, "opts", ()) for each in parameters)


def test_the_readme_names_no_command_that_is_not_there() -> None:
    rows = [row for row in README.splitlines() if row.startswith("| `pressmark ")]
    named = {match for row in rows for match in re.findall(r"`(pressmark [a-z]+(?: [a-z]+)?)", row)}
    assert named == set(COMMANDS)


def test_every_setting_is_in_the_readme() -> None:
    source = (ROOT / "webapp" / "settings.py").read_text(encoding="utf-8")
    for setting in re.findall(r"\"(PRESSMARK_[A-Z_]+)\"", source):
        assert f"| `{setting}` |" in README


def test_every_column_of_a_manifest_is_in_the_readme() -> None:
    for column in COLUMNS:
        assert f"`{column}`" in README


@pytest.mark.parametrize("page", sorted(path.name for path in ROOT.glob("*.md")))
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
    for target in re.findall(r"`((?:archive|indexer|webapp|corpus|tests)/[\w./]*)`", text):
        assert (ROOT / target).exists(), target


def test_every_route_is_in_the_architecture(home: Home) -> None:
    pages = create_app(open_services(home), base_url=None, trusted_hosts=["localhost"])
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    routes = {re.sub(r"<\w+:", "<", rule.rule) for rule in pages.url_map.iter_rules()}
    documented = set(re.findall(r"^\| `(/[^`]*)`", text, re.MULTILINE))
    assert routes - {"/static/<filename>"} == documented
