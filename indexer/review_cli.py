"""The archivist's verbs for reviewing: `pressmark review …`, `exclude`, `include`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from archive import amending
from archive.answering import Verdict, answer, check_fit, take_back
from archive.asking import evidence_of
from archive.catalogue import extracts, questions, records
from archive.catalogue.database import Catalogue
from archive.catalogue.passages import passage_of
from archive.console import NUMBER, Context, amend_record, progress, say, say_json, tell
from archive.errors import UserMistake
from archive.home import Home
from archive.identifier import mint
from archive.passage import Passage
from archive.question import How, Question, QuestionKind
from archive.record import PROPERTIES, Record
from indexer.queue import update_queue

_LABELS = {row.name: row.column for row in PROPERTIES}
_KINDS = {kind.value.replace(" ", "-"): kind for kind in QuestionKind}
_REASON = click.option("--reason", default="", help="Why, for the record's history.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
_NUMBERS = click.argument("numbers", nargs=-1, required=True, type=NUMBER, metavar="NUMBER...")


@click.group()
def review() -> None:
    """Look through what needs a person: the review queue."""


@review.command("list", epilog="\b\nExample:  pressmark review list --kind missing")
@click.option("--kind", type=click.Choice(list(_KINDS)), help="Questions of one kind only.")
@click.option("--record", "record_id", help="Questions about one record only.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question.")
@click.pass_obj
def list_questions(
    context: Context, kind: str | None, record_id: str | None, limit: int, as_json: bool
) -> None:
    """Show the questions that wait, the oldest first, with the evidence for each value."""
    with _queue(context) as (_, catalogue), catalogue.reading() as connection:
        kinds = (_KINDS[kind],) if kind else ()
        waiting = questions.waiting(connection, kinds=kinds, record_id=record_id, limit=limit)
        held = records.many(connection, [question.record_id for _, question, _ in waiting])
        for number, question, since in waiting:
            record = held[question.record_id]
            extract = extracts.get(connection, record.extract_id) if record.extract_id else None
            found = evidence_of(record, extract, question.property) if question.property else ()
            if as_json:
                say_json(
                    {
                        "number": number,
                        "kind": question.kind.value,
                        "record": record.id,
                        "revision": record.revision,
                        "title": record.description.title,
                        "property": _LABELS.get(question.property),
                        "value": question.value or None,
                        "since": since.isoformat(),
                        "evidence": [
                            {"value": each.value, "where": each.where, "agrees": each.agrees}
                            for each in found
                        ],
                    }
                )
                continue
            say(f"{number}  {in_a_sentence(question, record)}")
            for each in found:
                say(f"      {each.where}: {each.value[:200]}")
        total = sum(questions.counts(connection).values())
    tell(f"{total} waiting" if total else "nothing waits")


@review.command(epilog="\b\nExample:  pressmark review accept 12 13")
@_NUMBERS
@_REASON
@_DRY_RUN
@click.pass_obj
def accept(context: Context, numbers: tuple[int, ...], reason: str, dry_run: bool) -> None:
    """Say that it holds: the value, the claim, that nothing is stated, that it is a name.

    A possible duplicate is then a republication.
    """
    _settle(context, numbers, Verdict(How.ACCEPTED), reason, dry_run)


@review.command(epilog="\b\nExample:  pressmark review reject 12")
@_NUMBERS
@_REASON
@_DRY_RUN
@click.pass_obj
def reject(context: Context, numbers: tuple[int, ...], reason: str, dry_run: bool) -> None:
    """Say that it does not hold: then nothing is held of it, or what was held stays.

    A possible duplicate is then a different text.
    """
    _settle(context, numbers, Verdict(How.REJECTED), reason, dry_run)


@review.command(epilog='\b\nExample:  pressmark review correct 12 "The Ledger"')
@click.argument("number", type=NUMBER)
@click.argument("value")
@_REASON
@_DRY_RUN
@click.pass_obj
def correct(context: Context, number: int, value: str, reason: str, dry_run: bool) -> None:
    """Say what holds instead, as it is written in a manifest.

    For a possible duplicate: republication, version or different.
    """
    _settle(context, (number,), Verdict(How.CORRECTED, value), reason, dry_run)


@review.command(epilog="\b\nExample:  pressmark review undo")
@click.argument("batch", required=False)
@click.pass_obj
def undo(context: Context, batch: str | None) -> None:
    """Take the answers of a BATCH back, or those that were given last.

    Each record is as it was before, as a new revision, and its question waits again.
    """
    with _queue(context) as (home, catalogue):
        with catalogue.reading() as connection:
            newest = questions.answers(connection, batch=batch, limit=1)
            if not newest:
                raise UserMistake("There is no answer to take back.")
            taken = questions.answers(connection, batch=newest[0].batch, limit=10_000)
        take_back(catalogue, taken, at=context.now(), agent=context.agent)
        context.after_change(home, catalogue)
    tell(f"{len(taken)} taken back")


@click.command(epilog='\b\nExample:  pressmark exclude 4r9zk2m0c7ht --quote "Please donate" '
               '--reason "an appeal"')  # fmt: skip
@click.argument("record_id", metavar="ID")
@click.option("--quote", required=True, help="The words of the passage, as they stand.")
@click.option("--reason", required=True, help="Why it is not part of the article.")
@click.pass_obj
def exclude(context: Context, record_id: str, quote: str, reason: str) -> None:
    """Leave a passage of a record's text out of what is searched.

    The original and the text stay as they are, and the passage is shown as left out.
    """
    with context.archive() as (home, catalogue):
        passage = _passage(catalogue, record_id, quote)
        amend_record(
            context, home, catalogue, record_id, amending.excluding(passage), reason=reason
        )
    tell(f"{passage.end - passage.start} characters are not searched any more")


@click.command(epilog='\b\nExample:  pressmark include 4r9zk2m0c7ht --quote "Please donate"')
@click.argument("record_id", metavar="ID")
@click.option("--quote", required=True, help="Words of the passage.")
@click.option("--reason", default="included again", show_default=True)
@click.pass_obj
def include(context: Context, record_id: str, quote: str, reason: str) -> None:
    """Search a passage again that was left out."""
    with context.archive() as (home, catalogue):
        with catalogue.reading() as connection:
            record = records.get(connection, record_id)
        excluded = record.excluded if record else ()
        passage = next((each for each in excluded if quote in each.quote), None)
        if passage is None:
            raise UserMistake("No passage of this record with these words is left out.")
        amend_record(
            context, home, catalogue, record_id, amending.including(passage), reason=reason
        )
    tell(f"{passage.end - passage.start} characters are searched again")


COMMANDS = (review, exclude, include)


def in_a_sentence(question: Question, record: Record) -> str:
    """What is asked, in one line."""
    of = f"{record.id} “{record.description.title or 'title not stated'}”"
    what = _LABELS.get(question.property, "")
    return {
        QuestionKind.UNREAD: f"{of}: {question.value or 'its text was not extracted'}",
        QuestionKind.MISSING: f"{of}: no {what} is stated",
        QuestionKind.CONTRADICTORY: f"{of}: it came with the {what} “{question.value}” as well",
        QuestionKind.UNCERTAIN: f"{of}: is the {what} “{question.value}”?",
        QuestionKind.NEW_NAME: f"{of}: the {what} “{question.value}” is new",
        QuestionKind.DUPLICATE: f"{of}: is it {question.value} over again?",
        QuestionKind.LOST_PASSAGE: f"{of}: a passage has lost its place: “{question.value}”",
    }[question.kind]


@contextmanager
def _queue(context: Context) -> Iterator[tuple[Home, Catalogue]]:
    """The archive, with the queue up to date."""
    with context.archive() as (home, catalogue):
        with progress("Looking through what changed") as show:
            update_queue(home, catalogue, now=context.now, progress=show)
        yield home, catalogue


def _settle(
    context: Context, numbers: Sequence[int], verdict: Verdict, reason: str, dry_run: bool
) -> None:
    with _queue(context) as (home, catalogue):
        with catalogue.reading() as connection:
            found = questions.find(connection, numbers)
        missing = [number for number in numbers if number not in found]
        if missing:
            raise UserMistake(f"No question {missing[0]} waits; see “pressmark review list”.")
        check_fit(found.values(), verdict)
        batch = mint()
        for number, question in found.items():
            if not dry_run:
                answer(
                    catalogue,
                    question,
                    verdict,
                    based_on=None,
                    at=context.now(),
                    agent=context.agent,
                    reason=reason,
                    batch=batch,
                )
            say(f"{number}  {question.record_id}  {verdict.how.value}")
        if not dry_run:
            context.after_change(home, catalogue)
            tell(f"To take it back: pressmark review undo {batch}")


def _passage(catalogue: Catalogue, record_id: str, quote: str) -> Passage:
    with catalogue.reading() as connection:
        found = passage_of(connection, record_id, quote)
    if found is None:
        raise UserMistake("Give the words of the passage.")
    return found
