"""Citations as CSL-JSON (Citation Style Language 1.0.2, `csl-data.json`)."""

from __future__ import annotations

import json
import re
from typing import Any

from archive.citing.citation import ARCHIVE, Citation
from archive.citing.dating import Dating
from archive.citing.names import Name

_POINT = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?[?~%]?\Z", re.ASCII)


def csl(citation: Citation) -> dict[str, Any]:
    """One item; what is not stated is left out."""
    item = {
        "id": citation.id,
        "type": "article-newspaper",
        "title": citation.title,
        "author": [_name(name) for name in citation.authors],
        "container-title": citation.outlet,
        "issued": _date(citation.issued) if citation.issued else None,
        "accessed": {"date-parts": [list(citation.accessed.timetuple()[:3])]},
        "language": citation.language,
        "URL": citation.permalink,
        "archive": ARCHIVE,
        "archive_location": citation.id,
        "annote": ". ".join(citation.remarks),
    }
    return {name: value for name, value in item.items() if value}


def csl_json(citation: Citation) -> str:
    """One item as JSON text."""
    return json.dumps(csl(citation), ensure_ascii=False)


def _name(name: Name) -> dict[str, str]:
    if name.family:
        return {"family": name.family, "given": name.given}
    return {"literal": name.full}


def _date(issued: Dating) -> dict[str, Any]:
    """Points and closed intervals as `date-parts`, with `circa` where they are qualified;
    what these cannot say (open intervals, seasons, sets) in words."""
    text = issued.text.partition("T")[0]
    points = [_POINT.match(point) for point in text.split("/")]
    if len(points) > 2 or not all(points):
        return {"literal": issued.words}
    parts = [[int(part) for part in point.groups() if part] for point in points if point]
    return {"date-parts": parts} | ({"circa": True} if re.search("[?~%]", text) else {})
