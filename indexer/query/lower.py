"""From a query as typed to the terms that an engine is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.analysis import BOUNDARY, COLON, code_terms, stem, text_terms, words_of
from indexer.answer import Expansion
from indexer.equivalents import NO_NAMES, Named, Names
from indexer.function_words import function_words_in
from indexer.query import terms
from indexer.query.budget import edits_that_suit
from indexer.query.errors import QueryError
from indexer.query.forms import Form, Forms, Source, own_form
from indexer.query.syntax import (
    Absent,
    And,
    Dated,
    Exact,
    Expression,
    Fielded,
    Fuzzy,
    Near,
    Not,
    Operand,
    Or,
    Pattern,
    Query,
    Quoted,
    Starts,
    Word,
)

TITLE_BOOST = 2.0
"""How much more a word counts in the title than in the body."""

FUNCTION_WORD_WEIGHT = 0.25
"""What a function word of the query's language counts, beside its other words."""

NEIGHBOURS_WEIGHT = 0.05 / 0.85
"""What two neighbouring words count as a phrase beside what they count by themselves.

Half of what the sequential dependence model gives an ordered pair beside its terms (Metzler and
Croft, 2005): the phrase counts as rare as its words together, and is less rare.
"""

_BOOSTS = {"title": TITLE_BOOST}
_TEXTS = ("title", "body")


@dataclass(frozen=True, slots=True)
class Lowered:
    """What an engine is asked, where in the query each leaf of it comes from, and the sets
    of equivalent names that were added, each once."""

    node: terms.Node
    sources: Mapping[terms.Leaf, tuple[Source, ...]]
    expansions: tuple[Expansion, ...] = ()


def lower(query: Query, *, languages: Sequence[str], names: Names = NO_NAMES) -> Lowered:
    """The terms that answer `query` in an index that holds texts in `languages` (BCP 47).

    A plain word is sought by its surface form and its stem in each language, a phrase by
    surface forms, both in title or body and never across.  A word, a phrase or adjacent
    plain words that are one of `names` are sought together with the others of its set, and
    a phrase that contains names with the others in their places; what is exact, a wildcard,
    fuzzy or in a value field is not.  So at most `forms.MOST_ADDED` forms are added, each of
    two leaves (title and body), or of two for each language and two.
    What stands next to each other as it was typed scores more, and function words less.
    Raises QueryError for what NEAR cannot join and for words too short for ~.
    """
    lowering = _Lowering(query.text, tuple(dict.fromkeys(languages)), names)
    root = query.root
    if root is not None:
        lowering.forms.sought = _sets_sought(query, root, names)
        lowering.function_words = function_words_in(_plain_words(root), languages)
    node: terms.Node = terms.Everything()
    if query.any_words and (root := lowering.single_words(root)):
        words = root.parts if isinstance(root, Or) else (root,)
        node = lowering.preferring_neighbours(lowering.node(root), words)
    elif root is not None:
        node = lowering.node(root)
    sources = {leaf: tuple(found) for leaf, found in lowering.sources.items()}
    return Lowered(node, sources, tuple(lowering.forms.expansions.values()))


def too_many(error: terms.TooManyTerms, lowered: Lowered) -> QueryError:
    """What to tell who typed the leaf that stands for too many terms."""
    source = lowered.sources[error.leaf][0]
    match error.leaf:
        case terms.Prefix():
            advice = "Write more letters before the *."
        case terms.Wildcard():
            advice = "Write more letters beside the *."
        case terms.Fuzzy(_, text, edits):
            fewer = f", allow one letter to differ, as in {text}~1," if edits > 1 else ""
            advice = f"Write a longer word{fewer} or leave ~ out."
    return QueryError(
        f"“{source.text}” stands for more than {error.limit} words.",
        position=source.start,
        length=source.end - source.start,
        advice=advice,
    )


def _sets_sought(query: Query, root: Expression, names: Names) -> frozenset[tuple[str, str]]:
    """The sets of names that the query seeks, not counting those that it excludes."""
    trial = _Lowering(query.text, (), names)
    trial.passing_over_excluded = True
    trial.node(root)
    return frozenset(trial.forms.expansions)


class _Lowering:
    """The walk through one query, and what it notes on the way."""

    def __init__(self, text: str, languages: Sequence[str], names: Names) -> None:
        self.text = text
        self.languages = languages
        self.forms = Forms(names)
        self.sources: dict[terms.Leaf, dict[Source, None]] = {}
        self.function_words: frozenset[str] = frozenset()
        self.excluding = False
        self.passing_over_excluded = False

    def node(self, node: Expression) -> terms.Node:
        match node:
            case And(parts):
                every = terms.All(_weighted(self.together(parts)))
                return every if self.excluding else self.preferring_neighbours(every, parts)
            case Or(parts):
                return terms.AnyOf(_weighted(map(self.node, parts)))
            case Not() if self.passing_over_excluded:
                return terms.Everything()
            case Not(part):
                return terms.Without(self.excluded(part))
            case Absent(field):
                return terms.Missing(field)
            case Dated(first, last):
                return terms.DateRange(first, last)
            case Near(parts, distances):
                columns = [self.near_part(part, node) for part in parts]
                rows = zip(*columns, strict=True)
                return _any(terms.Near(tuple(row), distances) for row in rows)
            case Fielded(field, "text", operand):
                return _as_one(self.in_texts(operand, node, (field,)))
            case Fielded(field, kind, operand):
                return self.in_values(operand, node, f"{field}_words", codes=kind == "code")
            case Word(words=(word,)) if word in self.function_words:
                return _times(FUNCTION_WORD_WEIGHT, _as_one(self.in_texts(node, node, _TEXTS)))
            case _:
                return _as_one(self.in_texts(node, node, _TEXTS))

    def excluded(self, part: Expression) -> terms.Node:
        before, self.excluding = self.excluding, True
        node = self.node(part)
        self.excluding = before
        return node

    def preferring_neighbours(self, node: terms.Node, parts: Sequence[Expression]) -> terms.Node:
        """`node`, whose score is more where neighbours among the `parts` are a phrase."""
        pairs = dict.fromkeys(self.neighbours(parts))
        preferred = tuple(terms.Combined(self.pair(*each), NEIGHBOURS_WEIGHT) for each in pairs)
        return terms.Preferring(node, preferred) if preferred else node

    def neighbours(self, parts: Sequence[Expression]) -> Iterator[tuple[str, str]]:
        """Two words each that no other stands between, but for function words."""
        before: Word | None = None
        end = 0
        for part in parts:
            if not isinstance(part, Word):
                before = None
                continue
            if before and any(map(str.isalnum, self.text[end : part.start])):
                before = None  # AND
            end = part.end
            if self.function_words.issuperset(part.words):
                continue
            if before and before.words[-1] != part.words[0]:
                yield before.words[-1], part.words[0]
            before = part

    def pair(self, first: str, second: str) -> tuple[terms.Phrase, ...]:
        stems = dict.fromkeys(
            ((first, second), *((stem(first, each), stem(second, each)) for each in self.languages))
        )
        return tuple(
            terms.Phrase(f"{text}_stem", each, boost=_BOOSTS.get(text, 1.0))
            for text in _TEXTS
            for each in stems
        )

    def single_words(self, node: Expression | None) -> Expression | None:
        """Words any of which will do, those in which several are joined (`well-known`) taken
        apart unless they are a name."""
        words = node.parts if isinstance(node, Or) else (node,)
        single = [
            each
            for word in words
            if isinstance(word, Word)
            for each in ([word] if self.forms.names.named(word.words) else _inner_words(word))
        ]
        return Or(tuple(single)) if len(single) > 1 else node

    def together(self, parts: Sequence[Expression]) -> Iterator[terms.Node]:
        """What must all match; adjacent words that are a name together."""
        at = 0
        while at < len(parts):
            run = self.adjacent(parts[at:])
            found = (self.named(run[:count]) for count in range(len(run), 1, -1))
            if name := next(filter(None, found), None):
                words, named = name
                yield self.name_in_words(words, named)
                at += len(words)
            else:
                yield self.node(parts[at])
                at += 1

    def adjacent(self, parts: Sequence[Expression]) -> list[Word]:
        """The first parts, as far as they are words with nothing but space between them and
        a name could have so many."""
        run: list[Word] = []
        for part in parts[: self.forms.names.longest]:
            if not isinstance(part, Word):
                break
            if run and not self.text[run[-1].end : part.start].isspace():
                break
            run.append(part)
        return run

    def named(self, run: Sequence[Word]) -> tuple[Sequence[Word], Named] | None:
        found = self.forms.names.named(tuple(word for each in run for word in each.words))
        return (run, found) if found else None

    def name_in_words(self, run: Sequence[Word], named: Named) -> terms.Node:
        own = [own_form(word, self.source(word, word.text)) for word in run]
        typed = terms.All(
            _weighted(_as_one(self.in_text([form], t) for t in _TEXTS) for form in own)
        )
        start, end = run[0].start, run[-1].end
        text = self.text[start:end]
        source = Source(text, start, end, _as_written(text), excluded=self.excluding)
        others = self.forms.others(named, source)
        return _as_one((typed, *(self.in_text(others, text) for text in _TEXTS if others)))

    def in_texts(
        self, operand: Operand, place: Operand | Fielded, texts: Sequence[str]
    ) -> list[terms.Node]:
        """What answers an operand, text by text; `place` is the piece that it is typed in."""
        match operand:
            case Word(text) | Quoted(text):
                forms = self.forms.of(operand, self.source(place, text))
                return [self.in_text(forms, text) for text in texts]
            case Exact(text, words, slop):
                form = Form(words, self.source(place, text), slop=slop)
                return [self.phrase(form, f"{t}_exact", _BOOSTS.get(t, 1.0)) for t in texts]
            case _:
                return [self.expanding(operand, place, t, _BOOSTS.get(t, 1.0)) for t in texts]

    def in_text(self, forms: Iterable[Form], text: str) -> terms.Node:
        boost = _BOOSTS.get(text, 1.0)
        found: list[terms.Node] = []
        for form in forms:
            if form.plain and len(form.words) == 1:
                word = form.words[0]
                stems = dict.fromkeys((word, *(stem(word, each) for each in self.languages)))
                found += [
                    self.leaf(terms.Term(f"{text}_stem", each, boost), form.source)
                    for each in stems
                ]
            else:
                found += [self.phrase(each, text, boost) for each in _with_possessive(form)]
        return _any(found)

    def phrase(self, form: Form, field: str, boost: float = 1.0) -> terms.Leaf:
        if len(form.words) == 1:
            return self.leaf(terms.Term(field, form.words[0], boost), form.source)
        return self.leaf(terms.Phrase(field, form.words, form.slop, boost), form.source)

    def expanding(
        self,
        operand: Starts | Pattern | Fuzzy,
        place: Operand | Fielded,
        field: str,
        boost: float,
        words_of: Callable[[str], tuple[str, ...]] = lambda word: (word,),
    ) -> terms.Node:
        """What stands for several terms of `field`, in which a word is split by `words_of`."""
        match operand:
            case Starts(word):
                *before, last = words_of(word)
                nodes: list[terms.Leaf] = [terms.Term(field, each, boost) for each in before]
                nodes.append(terms.Prefix(field, last, boost))
            case Pattern(pieces):
                if any(len(words_of(piece)) > 1 for piece in pieces):
                    raise _refused(
                        operand,
                        "In a name, full stops and colons part words, and * stands for letters "
                        "of a single one.",
                        "Write one of its words.",
                    )
                nodes = [terms.Wildcard(field, pieces, boost)]
            case Fuzzy(words, edits):
                every = [each for word in words for each in words_of(word)]
                nodes = [_fuzzy(field, word, edits, boost, place) for word in every]
        typed = self.text[operand.start : operand.end]
        written = _as_written(typed.rpartition("~")[0] or typed)
        for i, leaf in enumerate(nodes):
            words = written[i : i + 1] if len(written) == len(nodes) else written
            self.leaf(leaf, replace(self.source(place, typed), words=words))
        if len(nodes) == 1:
            return nodes[0]
        return terms.Near(tuple(nodes), (0,) * (len(nodes) - 1), ordered=True)

    def in_values(self, operand: Operand, place: Fielded, field: str, *, codes: bool) -> terms.Node:
        match operand:
            case Exact(text):
                return terms.Having(place.field, text.strip())
            case Word(text) | Quoted(text):
                slop = operand.slop if isinstance(operand, Quoted) else 0
                source = self.source(place, text)
                return _any(
                    self.phrase(Form(words, source, slop=slop), field)
                    for words in _value_words(text.strip(), codes=codes)
                )
            case _:
                return self.expanding(operand, place, field, 1.0, code_terms)

    def near_part(self, part: Expression, near: Near) -> list[terms.Node]:
        """What answers a part of NEAR, text by text."""
        match part:
            case Or(parts):
                columns = [self.near_part(each, near) for each in parts]
                return [_any(row) for row in zip(*columns, strict=True)]
            case Fuzzy(words) if len(words) > 1:
                raise _not_near(near, "a run of several words with ~", "Leave ~ out of it.")
            case And():
                advice = "Put words that stand together in quotation marks."
                raise _not_near(near, "words with AND between them", advice)
            case Not():
                raise _not_near(near, "what is excluded", "Write NOT before the whole of it.")
            case Near():
                raise _not_near(near, "another NEAR", "Write them in a row: a NEAR/5 b NEAR/3 c.")
            case Fielded() | Absent() | Dated():
                advice = "Put AND in its place, or leave the field out."
                raise _not_near(near, "fields and dates", advice)
            case _:
                return self.in_texts(part, part, _TEXTS)

    def source(self, place: Operand | Fielded, sought: str) -> Source:
        typed = self.text[place.start : place.end]
        words = _as_written(sought)
        return Source(typed, place.start, place.end, words, excluded=self.excluding)

    def leaf(self, leaf: terms.Leaf, source: Source) -> terms.Leaf:
        self.sources.setdefault(leaf, {})[source] = None
        return leaf


def _with_possessive(form: Form) -> Iterator[Form]:
    """The form; of a name or a run of several words also its 's, which is a part of the last
    word (UAX #29) and no other form of the name.  A quoted phrase stays as it stands."""
    yield form
    *before, last = form.words
    if form.plain and before and last.isascii() and last.isalpha():
        yield replace(form, words=(*before, f"{last}'s"))


def _value_words(text: str, *, codes: bool) -> Iterator[tuple[str, ...]]:
    """The phrases, any of which finds a value; a code is matched whole or by one whole half."""
    words = code_terms(text)
    if not codes:
        yield words
    elif COLON in words:
        yield (BOUNDARY, *words, BOUNDARY)
    else:
        begins, ends = text.startswith(COLON), text.endswith(COLON)
        if ends or not begins:
            yield (BOUNDARY, *words, COLON)
        if begins or not ends:
            yield (COLON, *words, BOUNDARY)


def _fuzzy(
    field: str, word: str, edits: int | None, boost: float, place: Operand | Fielded
) -> terms.Leaf:
    if edits is None:
        edits = edits_that_suit(word)
    if edits == 0 or word == COLON:
        return terms.Term(field, word, boost)
    if edits >= len(word):
        raise _refused(
            place,
            f"Nothing of “{word}” would be left if {edits} of its letters differed.",
            "Write a longer word, or ~ alone for as many as suit its length.",
        )
    return terms.Fuzzy(field, word, edits, boost)


def _not_near(near: Near, what: str, advice: str) -> QueryError:
    return _refused(near, f"NEAR cannot join {what}.", advice)


def _refused(place: Operand | Fielded | Near, message: str, advice: str) -> QueryError:
    length = place.end - place.start
    return QueryError(message, position=place.start, length=length, advice=advice)


def _inner_words(word: Word) -> list[Word]:
    """The words joined in one; what nothing stands between stays together, as in Chinese."""
    found = words_of(word.text)
    inner: list[Word] = []
    for text, start, end in zip(found.surface, found.starts, found.ends, strict=True):
        words: tuple[str, ...] = (text,)
        if inner and inner[-1].end == word.start + start:
            before = inner.pop()
            words, start = (*before.words, text), before.start - word.start
        inner.append(Word(word.text[start:end], words, word.start + start, word.start + end))
    return inner


def _as_written(text: str) -> tuple[str, ...]:
    return text_terms(text, None).exact


def _any(parts: Iterable[terms.Node]) -> terms.Node:
    """Any of the parts, and of theirs; a single one by itself."""
    flat = [each for part in parts for each in _alternatives(part)]
    distinct = _distinct(flat)
    return distinct[0] if len(distinct) == 1 else terms.AnyOf(distinct)


def _alternatives(node: terms.Node) -> tuple[terms.Node, ...]:
    return node.parts if isinstance(node, terms.AnyOf) else (node,)


def _as_one(parts: Iterable[terms.Node]) -> terms.Node:
    """Any of the parts, and of theirs; words and phrases among them are scored as one term."""
    flat = dict.fromkeys(each for part in parts for each in _alternatives(part))
    words = tuple(each for each in flat if isinstance(each, terms.Term | terms.Phrase))
    others = [each for each in flat if each not in words]
    return _any((terms.Combined(words), *others) if words else others)


def _plain_words(node: Expression) -> Iterator[str]:
    match node:
        case Word(words=words):
            yield from words
        case And(parts) | Or(parts):
            for part in parts:
                yield from _plain_words(part)
        case _:
            return


def _weighted(parts: Iterable[terms.Node]) -> tuple[terms.Node, ...]:
    """The distinct parts; words that are typed twice count twice."""
    return tuple(_times(count, part) for part, count in Counter(parts).items())


def _times(count: float, node: terms.Node) -> terms.Node:
    match node:
        case terms.Combined(parts, boost):
            return terms.Combined(parts, count * boost)
        case terms.AnyOf(parts):
            return terms.AnyOf(tuple(_times(count, part) for part in parts))
        case _:
            return node


def _distinct(parts: Iterable[terms.Node]) -> tuple[terms.Node, ...]:
    return tuple(dict.fromkeys(parts))
