"""How well the readers read: `make extraction-score`.

Scores them on `corpus/expected.jsonl` and, where there is one, on a folder of saved pages, beside
trafilatura and newspaper4k in the same run (`make extraction-peers` installs them).  A value is
right when it equals the truth but for case and non-word characters; authors are right as a set,
dates by the day; of texts the mean F1 of their words is given.  Apart from that, outlets are
counted that are the same but for a leading article and the marks on their letters.  A truth that
is null is not scored, except in the corpus, where it means that a page does not state it.  Nothing
that the readers know was learnt from pages, so that leaving out a publisher changes nothing.
Times are of the processor, a page.

The folder has a folder a set, each with a `truth.jsonl` whose rows name a `file` beside it, gzipped
or not, and give `title`, `authors`, `date`, `outlet`, `lang`, `body` and `url`, each if known.

`--dates` names a file of date strings `s` with what they mean, `expect`, and `has_year`, whether
they state a year.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from archive.readers import media_type_of, read
from archive.readers.dates import parse_date
from archive.reading import Source

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
PAGES = ROOT.parent / "shared" / "data" / "pages"
DATES = PAGES.parent / "dates" / "pairs.jsonl"
FIELDS = ("title", "authors", "date", "outlet", "language", "text")

MILLISECONDS = "median ms"

NEARLY = "outlet but for article and marks"

Found = Mapping[str, Any]
"""What was found of a page: a value for each of `FIELDS`, None or empty where nothing was."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is true of it.  `scored` are the fields whose truth is known."""

    name: str
    content: bytes
    url: str | None
    truth: Found
    scored: frozenset[str]


def corpus() -> Iterator[Page]:
    """The sample archive's files, for which a null truth means that nothing is stated."""
    for row in _rows(CORPUS / "expected.jsonl"):
        content = (CORPUS / row["file"]).read_bytes()
        scored = frozenset(FIELDS) - {"text"}
        yield Page(row["file"], content, None, row, scored)


def saved(folder: Path) -> Iterator[Page]:
    """The pages of a set, without those fields whose truth is not known."""
    for row in _rows(folder / "truth.jsonl"):
        path = folder / row["file"]
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        known = row.get("author_annotated", True)
        truth = {
            "title": row.get("title"),
            "authors": _listed(row.get("authors")) if known else [],
            "date": row.get("date"),
            "outlet": row.get("outlet"),
            "language": row.get("lang"),
            "text": row.get("body"),
        }
        scored = frozenset(field for field in FIELDS if truth[field])
        yield Page(path.name.removesuffix(".gz"), content, row.get("url"), truth, scored)


def by_pressmark(page: Page) -> Found:
    extract = read(Source(page.content, page.name, page.url))
    said = extract.description
    return {
        "title": said.title,
        "authors": said.creator,
        "date": said.issued,
        "outlet": said.publisher,
        "language": said.language,
        "text": extract.text,
    }


def by_trafilatura(page: Page) -> Found:
    import trafilatura

    tree = trafilatura.load_html(page.content)
    said = trafilatura.extract_metadata(tree, default_url=page.url)
    text = trafilatura.extract(page.content, url=page.url, include_comments=False)
    return {
        "title": said.title,
        "authors": _listed(said.author),
        "date": said.date,
        "outlet": said.sitename,
        "language": said.language,
        "text": text,
    }


def by_newspaper(page: Page) -> Found:
    import newspaper

    article = newspaper.Article(page.url or "https://press.example/", fetch_images=False)
    article.download(input_html=page.content)
    article.parse()
    return {
        "title": article.title,
        "authors": article.authors,
        "date": str(article.publish_date or ""),
        "outlet": article.meta_site_name,
        "language": article.meta_lang,
        "text": article.text,
    }


PEERS: Mapping[str, Callable[[Page], Found]] = {
    "trafilatura": by_trafilatura,
    "newspaper4k": by_newspaper,
}
"""The distribution that is needed, and how it reads a page."""

SYSTEMS = {"pressmark": by_pressmark, **PEERS}


def score(page: Page, found: Found) -> dict[str, float]:
    """For every field with a known truth 1 where it is right and else 0; of the text its F1."""
    scores = {field: _right(field, page.truth[field], found.get(field)) for field in page.scored}
    if "outlet" in scores:
        truth, outlet = page.truth["outlet"] or "", found.get("outlet") or ""
        scores[NEARLY] = float(_bare(truth) == _bare(outlet))
    return scores


def dates(path: Path) -> Counter[str]:
    """How many date strings are read how; one without a year, as if on the day expected."""
    counts: Counter[str] = Counter()
    for row in _rows(path):
        expected = row["expect"][:10]
        stated = row["has_year"]
        now = None if stated else datetime.fromisoformat(expected).replace(hour=23)
        found = parse_date(row["s"], now=now)
        kind = "year stated" if stated else "no year"
        if found == expected:
            how = "the day"
        elif found and expected.startswith(found):
            how = "as much of it as is stated"
        elif found and "/" in found and found[:10] <= expected <= found[11:]:
            how = "an interval that holds it"
        else:
            how = "none" if found is None else "another day"
        counts[f"{kind}: {how}"] += 1
    return counts


def f1(one: str, other: str) -> float:
    """The harmonic mean of the shares of words that two texts have in common."""
    ours, theirs = (Counter(re.findall(r"\w+", text.casefold())) for text in (one, other))
    both = (ours & theirs).total()
    return 2 * both / (ours.total() + theirs.total()) if both else 0.0


def _right(field: str, truth: Any, found: Any) -> float:
    if field == "text":
        return f1(found or "", truth)
    if field == "authors":
        return float({_key(name) for name in truth} == {_key(name) for name in found or ()})
    size = {"date": 10, "language": 2}.get(field)
    return float(_key((truth or "")[:size]) == _key((found or "")[:size]))


def _key(text: str) -> str:
    return re.sub(r"\W|_", "", text.casefold())


_ARTICLE = re.compile(r"(?:the|der|die|das|de|het|le|la|les|el|los|las|il|lo|gli|o|os|as)\s+", re.I)


def _bare(name: str) -> str:
    """A name without its leading article, the marks on its letters, spaces and signs."""
    letters = unicodedata.normalize("NFKD", name.strip())
    return _key(_ARTICLE.sub("", "".join(c for c in letters if not unicodedata.combining(c)), 1))


def _listed(value: Any) -> list[str]:
    return value.split("; ") if isinstance(value, str) else list(value or ())


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _installed() -> Iterator[str]:
    for name in PEERS:
        try:
            print(f"{name} {version(name)}", file=sys.stderr)  # noqa: T201
        except PackageNotFoundError:
            print(f"{name} is not installed: its column is empty.", file=sys.stderr)  # noqa: T201
        else:
            yield name


def _read(system: str, page: Page) -> Found:
    try:
        return SYSTEMS[system](page)
    except Exception as error:  # whatever a peer does, the run goes on
        print(f"{system} failed on {page.name}: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return {}


def _measure(
    name: str, pages: Iterable[Page], systems: Iterable[str], shown: str | None
) -> dict[str, dict[str, list[float]]]:
    """For every field and system the scores of the pages, in their order."""
    scores: dict[str, dict[str, list[float]]] = {}
    console = Console(stderr=True)
    for page in track(list(pages), description=name, console=console):
        for system in systems:
            if system != "pressmark" and media_type_of(page.content, page.name) != "text/html":
                continue
            began = time.process_time()
            found = _read(system, page)
            took = 1000 * (time.process_time() - began)
            scores.setdefault(MILLISECONDS, {}).setdefault(system, []).append(took)
            for field, right in score(page, found).items():
                scores.setdefault(field, {}).setdefault(system, []).append(right)
                if system == "pressmark" and field == shown and right < 0.9:
                    console.print(
                        f"  {page.name}: {right:.2f}, not {page.truth[field]!r:.200}"
                        f" but {found.get(field)!r:.200}",
                        markup=False,
                    )
    return scores


def main(arguments: list[str] | None = None) -> int:
    """Measure, print a table, and write the scores as JSON if asked to.  The exit status is 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder of sets of saved pages")
    parser.add_argument("--dates", type=Path, default=DATES, help="file of date strings")
    parser.add_argument("--set", action="append", dest="sets", help="only this set; repeatable")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--failures", choices=FIELDS, help="print what was read wrong of a field")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args(arguments)
    sources: dict[str, Callable[[], Iterator[Page]]] = {"corpus": corpus}
    if asked.pages.is_dir():
        for folder in sorted(path.parent for path in asked.pages.glob("*/truth.jsonl")):
            sources[folder.name] = partial(saved, folder)
    else:
        print(f"No saved pages at {asked.pages}: only the corpus is scored.", file=sys.stderr)  # noqa: T201
    systems = ["pressmark", *(() if asked.alone else _installed())]
    table = Table("set", "field", "of", *SYSTEMS)
    figures: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for name, pages in sources.items():
        if asked.sets and name not in asked.sets:
            continue
        scores = _measure(name, pages(), systems, asked.failures)
        for field in (field for field in (*FIELDS, NEARLY, MILLISECONDS) if field in scores):
            average = statistics.median if field == MILLISECONDS else statistics.fmean
            means = {
                system: {"pages": len(values), "score": average(values)}
                for system, values in scores[field].items()
            }
            figures.setdefault(name, {})[field] = means
            shape = "{:.0f}" if field == MILLISECONDS else "{:.1%}"
            cells = (
                shape.format(means[system]["score"])
                + f" of {means[system]['pages']}"
                * (means[system]["pages"] != means["pressmark"]["pages"])
                if system in means
                else ""
                for system in SYSTEMS
            )
            table.add_row(name, field, str(means["pressmark"]["pages"]), *cells)
        table.add_section()
    Console().print(table)
    if asked.dates.is_file() and not asked.sets:
        read_so = Table("date strings", "of them")
        for how, count in sorted(dates(asked.dates).items()):
            read_so.add_row(how, str(count))
        Console().print(read_so)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
