"""A search that was cited: what it found then, and what has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from indexer.audience import Audience, visible
from indexer.state import SearchState, from_parameters, to_parameters

LIMIT = 10_000
"""How many ids of a cited search are kept; beyond it only the totals can be compared."""


@dataclass(frozen=True, slots=True)
class CitedSearch:
    """A search as it was cited.

    `parameters` are its URL parameters without the page; `position` is the number of the
    last change that the index had seen; `audience` is who it was asked for; `total` counts
    all matches and `ids` are the first `LIMIT` of them, in their order.
    """

    parameters: tuple[tuple[str, str], ...]
    position: int
    audience: Audience
    total: int
    ids: tuple[str, ...]

    def exists_for(self, audience: Audience) -> bool:
        """Whether its totals and ids tell this audience of no record that it may not see."""
        return visible(self.audience) <= visible(audience)

    def state(self, fields: Iterable[str]) -> SearchState:
        """The search, to be asked again; `fields` are the facets that may be filtered on."""
        values: dict[str, list[str]] = {}
        for name, value in self.parameters:
            values.setdefault(name, []).append(value)
        return from_parameters(values, fields)


@dataclass(frozen=True, slots=True)
class Since:
    """What a cited search finds now that it did not then, and the other way round.

    `new` are found now only, `gone` then only, `withdrawn` then only because they are no
    longer there for the asker: nothing of them may be shown but the id.  With more than
    `LIMIT` matches then or now, `compared` is false and only the totals are known.
    """

    then: int
    now: int
    compared: bool
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


def cite(
    state: SearchState, *, position: int, audience: Audience, total: int, ids: Iterable[str]
) -> CitedSearch:
    """The search as it is to be kept; of `ids`, all matches in their order, the first `LIMIT`."""
    parameters = tuple(
        (name, _encodable(value)) for name, value in to_parameters(replace(state, page=1))
    )
    return CitedSearch(parameters, position, audience, total, tuple(islice(ids, LIMIT)))


def as_content(cited: CitedSearch) -> dict[str, Any]:
    """The search as plain JSON data, for the catalogue and the API."""
    return {
        "parameters": [list(pair) for pair in cited.parameters],
        "position": cited.position,
        "audience": cited.audience.value,
        "total": cited.total,
        "ids": list(cited.ids),
    }


def from_content(content: Mapping[str, Any]) -> CitedSearch:
    """The search that `as_content` wrote."""
    return CitedSearch(
        tuple((name, value) for name, value in content["parameters"]),
        content["position"],
        Audience(content["audience"]),
        content["total"],
        tuple(content["ids"]),
    )


def compare(
    cited: CitedSearch, total: int, ids: Iterable[str], withdrawn: Callable[[str], bool]
) -> Since:
    """What has changed since a search was cited.

    `total` and `ids` are what the same search finds now, for the audience that it was cited
    for.  `withdrawn` tells of an id that is not among them whether it is no longer there for
    the asker.  Beyond `LIMIT` neither is asked.
    """
    if max(cited.total, total) > LIMIT:
        return Since(cited.total, total, compared=False)
    now = tuple(ids)
    held, found = set(cited.ids), set(now)
    missing = [(id, withdrawn(id)) for id in cited.ids if id not in found]
    return Since(
        then=cited.total,
        now=total,
        compared=True,
        new=tuple(id for id in now if id not in held),
        gone=tuple(id for id, is_withdrawn in missing if not is_withdrawn),
        withdrawn=tuple(id for id, is_withdrawn in missing if is_withdrawn),
    )


def in_words(since: Since) -> str:
    """The change as a reader reads it: "2 new, 1 withdrawn since"."""
    if not since.compared:
        return (
            f"{since.then:,} found then, {since.now:,} now; "
            f"more than {LIMIT:,} are not compared one by one"
        )
    counts = (
        (len(since.new), "new"),
        (len(since.gone), "no longer found"),
        (len(since.withdrawn), "withdrawn"),
    )
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    return f"{told} since" if told else "the same records since"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
