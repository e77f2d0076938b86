from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from webapp.marking import clean, disjoint, marked, one_line
from webapp.reading import reading

RANGES = st.lists(st.tuples(st.integers(-3, 60), st.integers(-3, 60)), max_size=8)
TAGS = re.compile(r"<[^>]*>")


def plain(html: str) -> str:
    return Markup(TAGS.sub("", html)).unescape()


def test_ranges_are_marked_and_the_rest_escaped() -> None:
    assert marked("a <b> & c", [(2, 5), (8, 9)]) == (
        "a <mark>&lt;b&gt;</mark> &amp; <mark>c</mark>"
    )


def test_what_acts_instead_of_being_read_is_taken_out() -> None:
    assert clean("a\x00b\x1bc\u202ed\ud800e\tf\ng") == "a b cd\ufffde\tf\ng"


def test_embeddings_and_joiners_that_scripts_need_stay() -> None:
    assert clean("\u200fא\u200d\u2067ב\u2069") == "\u200fא\u200d\u2067ב\u2069"


def test_a_title_is_one_line() -> None:
    assert one_line("two\r\nlines\tand \x85 more") == "two lines and more"


def test_ranges_that_overlap_are_joined_and_impossible_ones_left_out() -> None:
    assert disjoint([(5, 9), (0, 3), (2, 4), (7, 7), (-1, 2), (8, 99)], 10) == ((0, 4), (5, 9))


@given(st.text(max_size=50), RANGES)
def test_marking_loses_no_text_and_lets_no_tag_through(
    text: str, marks: list[tuple[int, int]]
) -> None:
    html = marked(text, marks)
    assert plain(html) == clean(text)
    assert set(TAGS.findall(html)) <= {"<mark>", "</mark>"}


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert reading("one\ntwo\n \n\nthree\n\n", []).paragraphs == ("one\ntwo", "three")


def test_the_first_paragraph_of_each_page_begins_it() -> None:
    found = reading("one\n\ntwo\n\f\nthree\n\f\n\n\f\nfour", [])
    assert found.paragraphs == ("one", "two", "three", "four")
    assert found.pages == (1, None, 2, 4)
    assert reading("one\n\ntwo", []).pages == (None, None)


def test_in_a_text_with_long_lines_every_line_is_a_paragraph() -> None:
    long = "word " * 40 + "end"
    assert reading(f"Title\n{long}\n\n  last", []).paragraphs == ("Title", long, "last")


def test_each_hit_can_be_reached_from_its_neighbours() -> None:
    (paragraph,) = reading("x y x", [(0, 1), (4, 5)]).paragraphs
    assert paragraph == (
        '<span class="hit" id="hit-1"><mark>x</mark><span class="steps" data-at="1 of 2">'
        '<a class="next" href="#hit-2" aria-label="Next hit, 2 of 2"></a></span></span> y '
        '<span class="hit" id="hit-2"><mark>x</mark><span class="steps" data-at="2 of 2">'
        '<a class="previous" href="#hit-1" aria-label="Previous hit, 1 of 2"></a></span></span>'
    )


def test_a_passage_opens_at_its_first_hit() -> None:
    found = reading("a x b x c", [(2, 3), (6, 7)], (4, 9))
    (paragraph,) = found.paragraphs
    assert paragraph.count('id="passage"') == 1
    assert '<span class="passage">b <span class="hit" id="hit-2"><mark id="passage">x</mark>' in (
        paragraph
    )
    assert found.passage


def test_a_passage_without_hits_is_marked_as_a_whole() -> None:
    found = reading("one\n\ntwo three", [], (1, 8))
    assert found.paragraphs == (
        'o<mark class="passage" id="passage">ne</mark>',
        '<mark class="passage">two</mark> three',
    )


@pytest.mark.parametrize("passage", [(5, 99), (3, 3), (4, 2), (-1, 2)])
def test_a_passage_outside_of_the_text_is_left_out(passage: tuple[int, int]) -> None:
    found = reading("a text", [(2, 6)], passage)
    assert not found.passage
    assert "passage" not in found.paragraphs[0]


def places(part: int) -> str:
    return f"/text?part={part}"


def parted(paragraphs: int) -> str:
    return "\n\n".join(f"{number:06} " + "word " * 100 for number in range(paragraphs))


def test_a_long_text_is_cut_at_the_end_of_a_paragraph() -> None:
    text = parted(2_000)
    parts = [reading(text, [], part=number) for number in (1, 2, 3)]
    assert [(each.part, each.parts) for each in parts] == [(1, 3), (2, 3), (3, 3)]
    numbers = [int(p[:6]) for each in parts for p in each.paragraphs]
    assert numbers == list(range(2_000))


@pytest.mark.parametrize("unit", ["word ", "word\n", "w", "\n\n"])
def test_a_long_text_without_paragraphs_is_cut_all_the_same(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    parts = reading(text, []).parts
    assert 3 <= parts <= 6
    shown = "".join(
        " ".join(plain(paragraph) for paragraph in reading(text, [], part=number).paragraphs)
        for number in range(1, parts + 1)
    )
    assert "".join(shown.split()) == "".join(text.split())


def test_steps_lead_from_part_to_part() -> None:
    text = parted(2_000)
    marks = [(0, 6), (500_000, 500_003)]
    first, second = (reading(text, marks, part=number, address=places) for number in (1, 2))
    assert 'class="next" href="/text?part=2#hit-2"' in first.paragraphs[0]
    assert 'class="previous" href="/text?part=1#hit-1"' in "".join(second.paragraphs)
    assert (first.first_hit, second.first_hit) == ("#hit-1", "/text?part=1#hit-1")
    assert (first.hits, second.hits) == (2, 2)


def test_a_long_text_opens_where_the_passage_or_the_first_hit_is() -> None:
    text = parted(2_000)
    marks = [(500_000, 500_003), (900_000, 900_003)]
    assert reading(text, marks).part == 2
    assert reading(text, marks, (899_990, 900_100)).part == 3
    assert reading(text, marks, (10, 20)).part == 1
    assert reading(text, marks, (10, 20)).passage
    assert not reading(text, marks, (10, 20), part=2).passage
    assert reading(text, []).part == 1


def test_a_passage_across_a_cut_opens_where_its_first_hit_is() -> None:
    text = parted(2_000)
    cut = text.index(reading(text, [], part=2).paragraphs[0][:6])
    passage = (cut - 50, cut + 50)
    at_hit = reading(text, [(cut + 7, cut + 11)], passage)
    assert (at_hit.part, at_hit.passage) == (2, True)
    without = reading(text, [], passage)
    assert (without.part, without.passage) == (1, True)
    assert reading(text, [], passage, part=2).passage


@given(
    st.text(alphabet="ab <&\n", max_size=50),
    RANGES,
    st.none() | st.tuples(st.integers(0, 55), st.integers(0, 55)),
)
def test_every_hit_is_marked_once_and_no_text_is_lost(
    text: str, marks: list[tuple[int, int]], passage: tuple[int, int] | None
) -> None:
    found = reading(text, marks, passage)
    html = "\n\n".join(found.paragraphs)
    assert "".join(plain(html).split()) == "".join(text.split())
    anchors = re.findall(r'id="(hit-\d+)"', html)
    visible = [
        number
        for number, (start, end) in enumerate(disjoint(marks, len(text)), start=1)
        if text[start:end].strip()
    ]
    assert set(anchors) >= {f"hit-{number}" for number in visible}
    assert len(anchors) == len(set(anchors))
    assert html.count('id="passage"') == found.passage
