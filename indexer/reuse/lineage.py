"""Who had a text first: the order of witnesses, and the groups that stand under the first.

A witness is a record as one of those that hold a text.  Pure: what is known of records and
what people decided come in as arguments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from archive.edtf import parse_edtf
from archive.record import Record
from archive.relation import Relation, RelationKind

_QUALIFIERS = frozenset("?~%")


class Sureness(StrEnum):
    """How sure it is who of two was first.

    `confirmed`: a person said so.  `certain`: the one's dates end before the other's begin,
    and neither is marked as uncertain or approximate.  `uncertain`: they overlap or are so
    marked.  `undated`: one has no date.
    """

    CONFIRMED = "confirmed"
    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Witness:
    """A record and the days on which it can have been published (inclusive; None: no date).
    `known` is the last day that its date names: of "August 2024 or later" the end of August.

    `questioned` if the date is marked `?`, `~` or `%` (EDTF)."""

    id: str
    earliest: date | None
    latest: date | None
    known: date | None
    questioned: bool
    added: datetime


@dataclass(frozen=True, slots=True)
class Precedence:
    """Which record was `first`, as far as can be told (None: it cannot), and how sure."""

    first: str | None
    sureness: Sureness


def witness(record: Record) -> Witness:
    """The record as a witness.  Nothing is published after it was received."""
    description = record.description
    if not description.issued:
        return Witness(record.id, None, None, None, False, record.added)
    issued = parse_edtf(description.issued)
    latest = issued.latest
    if latest is None:
        captured = description.captured
        received = parse_edtf(captured).newest if captured else record.added.date()
        latest = max(received, issued.newest)
    questioned = not _QUALIFIERS.isdisjoint(description.issued)
    return Witness(
        record.id, issued.earliest or date.min, latest, issued.newest, questioned, record.added
    )


def precedence(a: Witness, b: Witness, decided: Relation | None = None) -> Precedence:
    """Which of two witnesses was first; `decided` is what a person said of them."""
    if decided and decided.kind is not RelationKind.DIFFERENT:
        return Precedence(decided.other_id, Sureness.CONFIRMED)
    if a.earliest is None or a.latest is None or b.earliest is None or b.latest is None:
        return Precedence(None, Sureness.UNDATED)
    first = min(a, b, key=_order)
    apart = a.latest < b.earliest or b.latest < a.earliest
    if apart and not (a.questioned or b.questioned):
        return Precedence(first.id, Sureness.CERTAIN)
    same = (a.earliest, a.latest) == (b.earliest, b.latest)
    return Precedence(None if same else first.id, Sureness.UNCERTAIN)


def lineages(
    witnesses: Mapping[str, Witness],
    pairs: Iterable[tuple[str, str, float]],
    decided: Iterable[Relation],
) -> tuple[tuple[str, ...], ...]:
    """Groups of records that have one text, each in the order of witness, two or more in each.

    `pairs` are republications with their resemblance, `decided` the relations in force, of
    which a republication or version joins whatever the texts say, and `different` keeps
    apart, whatever else joins.  Ids without a witness are left out.  First comes who is known
    to have been out first, an undated record last; but what a person called a republication
    or version of another comes after that one.
    """
    decided = [each for each in decided if {each.record_id, each.other_id} <= witnesses.keys()]
    apart: dict[str, set[str]] = defaultdict(set)
    sources: dict[str, set[str]] = defaultdict(set)
    links = []
    for each in decided:
        if each.kind is RelationKind.DIFFERENT:
            apart[each.record_id].add(each.other_id)
            apart[each.other_id].add(each.record_id)
        else:
            links.append((each.record_id, each.other_id))
            sources[each.record_id].add(each.other_id)
    known = [pair for pair in pairs if {pair[0], pair[1]} <= witnesses.keys()]
    links += [(a, b) for a, b, _ in sorted(known, key=lambda pair: (-pair[2], *pair[:2]))]
    groups = _grouped(links, apart)
    ordered = [_in_order([witnesses[each] for each in group], sources) for group in groups]
    return tuple(sorted(ordered))


def _grouped(links: Iterable[tuple[str, str]], apart: Mapping[str, set[str]]) -> list[set[str]]:
    group_of: dict[str, set[str]] = {}
    for pair in links:
        less, more = sorted((group_of.get(each, {each}) for each in pair), key=len)
        if less is more or any(not apart.get(each, set()).isdisjoint(more) for each in less):
            continue
        more |= less
        group_of.update(dict.fromkeys(less, more))
        group_of.update(dict.fromkeys(pair, more))
    return list({id(group): group for group in group_of.values()}.values())


def _in_order(group: list[Witness], sources: Mapping[str, set[str]]) -> tuple[str, ...]:
    waiting = {each.id: None for each in sorted(group, key=_order)}
    if not any(sources.get(each) for each in waiting):
        return tuple(waiting)
    ordered = []
    while waiting:
        ready = (each for each in waiting if sources.get(each, set()).isdisjoint(waiting))
        following = next(ready, next(iter(waiting)))
        ordered.append(following)
        del waiting[following]
    return tuple(ordered)


def _order(each: Witness) -> tuple[date, date, datetime, str]:
    """First who is known to be out first: a year alone does not go before its months.

    Without a date last; in doubt in the order in which they were added.
    """
    return each.known or date.max, each.earliest or date.max, each.added, each.id
