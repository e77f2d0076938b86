"""Who holds which record to take which stance: all codings, and how far coders agree.

What was stated with a document is a coding by who handed it in; no reason and no passage were
given for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.catalogue import receipts, records
from archive.record import Coding, Record

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree on one target.

    `records` were coded by `coders` persons, `shared` of them by two or more.  `alpha` is
    Krippendorff's alpha for nominal data, 1 for perfect agreement and 0 for what chance would
    give; None where it is not computable, for the `reason`.
    """

    target: str
    coders: int
    records: int
    shared: int
    positions: Mapping[str, int]
    alpha: float | None
    reason: str = ""


def codings_of(record: Record, adder: str) -> tuple[Coding, ...]:
    """Every coding of a record, those first that were stated when the `adder` handed it in."""
    stated = (Coding(each, adder, record.added, "") for each in record.description.stance)
    return (*stated, *record.codings)


def every(connection: Connection) -> Iterator[tuple[Record, Coding]]:
    """All codings of the records that are not withdrawn, in the order of the records."""
    coded = records.coded(connection)
    for start in range(0, len(coded), _BATCH):
        batch = coded[start : start + _BATCH]
        found, adders = records.many(connection, batch), receipts.adders(connection, batch)
        for record in (found[each] for each in batch):
            for coding in codings_of(record, adders.get(record.id, "")):
                yield record, coding


def agreements(codings: Iterable[tuple[Record, Coding]]) -> tuple[Agreement, ...]:
    """How far coders agree, target by target.

    The unit is a record and a target; who gave it several positions gave it their combination.
    """
    given: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for record, coding in codings:
        given[coding.stance.target][coding.coder, record.id].add(coding.stance.position)
    return tuple(
        _agreement(target, {unit: "+".join(sorted(said)) for unit, said in labels.items()})
        for target, labels in sorted(given.items())
    )


def _agreement(target: str, labels: Mapping[tuple[str, str], str]) -> Agreement:
    by_record: dict[str, list[str]] = defaultdict(list)
    positions: dict[str, int] = defaultdict(int)
    for (_, record_id), label in labels.items():
        by_record[record_id].append(label)
        positions[label] += 1
    shared = [given for given in by_record.values() if len(given) > 1]
    coders = len({coder for coder, _ in labels})
    alpha, reason = None, ""
    if coders < 2:
        reason = "only one person coded it"
    elif not shared:
        reason = "no record was coded by two persons"
    elif len({label for given in shared for label in given}) == 1:
        reason = "where two persons coded a record, all took the same position, and nothing varies"
    else:
        alpha = _alpha(labels)
    return Agreement(target, coders, len(by_record), len(shared), dict(positions), alpha, reason)


def _alpha(labels: Mapping[tuple[str, str], str]) -> float:
    """Krippendorff's alpha, nominal (Content Analysis, 4th ed., 2019, ch. 12)."""
    # Imported late: who codes nothing need not wait for it.
    from nltk.metrics.agreement import AnnotationTask

    task = AnnotationTask([(coder, unit, label) for (coder, unit), label in labels.items()])
    return float(task.alpha())
