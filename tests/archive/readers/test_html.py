import json

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.readers import read
from archive.reading import Source
from archive.record import Contributor, Extract, Statement

PARAGRAPHS = (
    "Ferries between Velograd and Port Amsa stopped on Sunday after the harbour master found"
    " cracks in the northern pier.",
    "Repairs will take three weeks, the harbour company said, and buses will run in the meantime"
    " for those who hold a season ticket.",
    "Fishermen who moor on the same pier have asked for compensation.",
)


def page(head: str = "", body: str = "", lang: str = "en") -> Extract:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    markup = (
        f'<!doctype html><html lang="{lang}"><head>{head}</head><body>'
        "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
        f"<article>{body}{paragraphs}</article>"
        "<footer>Cookie settings and terms of use</footer></body></html>"
    )
    return read(Source(markup.encode(), "page.html"))


def json_ld(**properties: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(properties)}</script>'


def test_json_ld_is_transcribed_and_normalised() -> None:
    extract = page(
        json_ld(
            **{"@type": "NewsArticle"},
            headline="Pier closed at Port Amsa",
            datePublished="2031-03-09T23:30:00-05:00",
            dateModified="2031-03-10T08:00:00-05:00",
            author=[{"@type": "Person", "name": "By Eda Soral"}, "Tomas Ravnik"],
            publisher={"@type": "Organization", "name": "Velan Herald"},
        )
    )
    described = extract.description
    assert described.title == "Pier closed at Port Amsa"
    assert described.issued == "2031-03-09"
    assert described.modified == "2031-03-10"
    assert described.creator == ("Eda Soral", "Tomas Ravnik")
    assert described.publisher == "Velan Herald"
    assert described.language == "en"
    assert extract.basis["issued"] == "json-ld datePublished"
    found = Statement("issued", "2031-03-09T23:30:00-05:00", "json-ld datePublished")
    assert found in extract.statements
    assert Statement("creator", "By Eda Soral", "json-ld author") in extract.statements


def test_json_ld_in_a_graph_with_references_is_followed() -> None:
    graph = [
        {"@type": "WebPage", "@id": "#page", "name": "Pier closed - Velan Herald"},
        {"@type": "Article", "headline": "Pier closed", "author": {"@id": "#eda"},
         "publisher": {"@id": "#us"}},
        {"@type": "Person", "@id": "#eda", "name": "Eda Soral"},
        {"@type": "Organization", "@id": "#us", "name": "Velan Herald"},
    ]  # fmt: skip
    described = page(json_ld(**{"@graph": graph})).description
    assert described.creator == ("Eda Soral",)
    assert described.publisher == "Velan Herald"


def test_broken_json_ld_is_mended_or_passed_over() -> None:
    mended = page(
        '<script type="application/ld+json"><!-- {"@type": "NewsArticle",\n"headline": "Pier\n'
        'closed", "author": ["Eda Soral",],} --></script>'
    )
    assert mended.description.creator == ("Eda Soral",)
    hopeless = page('<script type="application/ld+json">{"@type": "NewsArticle", "head</script>')
    assert hopeless.description.creator == ()
    assert hopeless.text


def test_open_graph_and_other_meta_are_read() -> None:
    described = page(
        '<meta property="og:title" content="Pier closed | Velan Herald">'
        '<meta property="og:site_name" content="Velan Herald">'
        '<meta property="article:published_time" content="2031-03-09T08:00:00Z">'
        '<meta name="author" content="Eda Soral">'
        '<link rel="canonical" href="https://herald.example/pier">'
    ).description
    assert described.title == "Pier closed"
    assert described.publisher == "Velan Herald"
    assert described.issued == "2031-03-09"
    assert described.creator == ("Eda Soral",)
    assert described.url == "https://herald.example/pier"


def test_a_page_with_nothing_but_a_visible_byline_is_read() -> None:
    extract = page(
        "<title>Pier closed - Velan Herald</title>",
        "<h1>Pier closed</h1><p>By Eda Soral, Edited by Pia Lund</p><p>9 March 2031</p>",
    )
    described = extract.description
    assert described.title == "Pier closed"
    assert described.creator == ("Eda Soral",)
    assert described.contributor == (Contributor("Pia Lund", "editor"),)
    assert described.issued == "2031-03-09"
    assert extract.basis["creator"] == "byline"


def test_an_update_is_never_the_date_of_publication() -> None:
    described = page(body="<h1>Pier closed</h1><p>Updated 11 March 2031</p>").description
    assert described.issued is None
    assert described.modified == "2031-03-11"


def test_nothing_is_invented() -> None:
    described = page("<title>Pier closed</title>", "<h1>Pier closed</h1>").description
    assert described.creator == ()
    assert described.issued is None
    assert described.publisher is None
    assert described.source is None


def test_an_impossible_date_is_not_used_and_stays_a_statement() -> None:
    extract = page('<meta property="article:published_time" content="2031-02-30">')
    assert extract.description.issued is None
    assert any(said.value == "2031-02-30" for said in extract.statements)


def test_an_ambiguous_date_follows_the_locale_of_the_page() -> None:
    head = '<meta name="date" content="03/04/2031">'
    assert page(head, lang="en-US").description.issued == "2031-03-04"
    assert page(head, lang="en-GB").description.issued == "2031-04-03"


def test_the_outlet_as_author_yields_to_a_person() -> None:
    described = page(
        json_ld(
            **{"@type": "NewsArticle"},
            headline="Pier closed",
            author={"@type": "Organization", "name": "Velan Herald"},
            publisher={"@type": "Organization", "name": "Velan Herald"},
        ),
        '<h1>Pier closed</h1><div class="byline">By Eda Soral</div>',
    ).description
    assert described.creator == ("Eda Soral",)


def test_a_republication_notice_names_the_source() -> None:
    extract = page(body="<p>This article was originally published by the Amsa Courier.</p>")
    assert extract.description.source == "Amsa Courier"
    assert extract.basis["source"] == "republication notice"


def test_the_text_has_every_paragraph_and_nothing_beside_it() -> None:
    extract = page(body="<h1>Pier closed</h1>")
    assert extract.text == "\n\n".join(PARAGRAPHS)
    assert not extract.cut


def test_the_language_is_detected_where_none_is_stated() -> None:
    text = "Der Hafen bleibt nach Angaben der Stadt noch drei Wochen lang geschlossen. " * 4
    extract = read(Source(f"<html><body><p>{text}</p></body></html>".encode(), "x.html"))
    assert extract.description.language == "de"
    assert extract.basis["language"] == "detected"


def test_a_region_is_no_part_of_the_language() -> None:
    assert page(lang="pt-BR").description.language == "pt"


def test_elements_nested_too_deep_lose_no_text() -> None:
    markup = "<html><body><p>First words.</p>" + "<div>" * 100_000
    markup += "<p>The buried paragraph.</p>" + "</div>" * 100_000 + "<p>Last words.</p>"
    extract = read(Source(markup.encode(), "deep.html"))
    assert extract.text is not None
    for words in ("First words.", "The buried paragraph.", "Last words."):
        assert words in extract.text
    assert len(extract.warnings) == 1


def test_a_page_too_long_is_cut_and_says_so() -> None:
    markup = b"<html><body>" + b"<p>A line of harbour news for everyone.</p>\n" * 300_000
    extract = read(Source(markup, "long.html"))
    assert extract.cut
    assert extract.text is not None
    assert len(extract.text) <= 10_000_000


def test_embedded_data_do_not_cut_a_page() -> None:
    data = "A" * 11_000_000
    markup = f"<html><body><img src='data:image/png;base64,{data}'><p>After it.</p></body></html>"
    extract = read(Source(markup.encode(), "big.html"))
    assert (extract.text, extract.cut) == ("After it.", False)


def test_a_tag_with_countless_attributes_is_read_without_them() -> None:
    crowded = "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">"
    extract = read(Source(f"<html><body>{crowded}Words.</div></body></html>".encode(), "x.html"))
    assert extract.text == "Words."


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<div>", "</div>", "<p class=byline>", "<script type='application/ld+json'>", "{", "[",
             '"@type":"Article"', "</script>", "<meta name=author content='", "'>", "<h1>", "<!--",
             "<time datetime=", "2031-13-45", "\x00", "&#xD800;", "<table>", "By ", "<![CDATA[",
             "\ud7ff", "<title>", "</", "<", ">", "This article was originally published by "]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_no_markup_raises(pieces: list[str]) -> None:
    extract = read(Source(("<html>" + "".join(pieces)).encode(), "x.html"))
    assert "failed" not in " ".join(extract.warnings)


def test_the_way_home_names_the_outlet_where_the_title_agrees() -> None:
    home = '<header><a href="/"><img alt="Velan Herald"></a></header><h1>Pier closed</h1>'
    extract = page("<title>Pier closed - Velan Herald</title>", home)
    assert extract.description.publisher == "Velan Herald"
    assert extract.basis["publisher"] == "home link"
    assert page("<title>Pier closed</title>", home).description.publisher is None


def test_a_byline_and_a_date_between_line_breaks_are_read() -> None:
    described = page(
        body="<table><tr><td><h1>Pier closed</h1><i>By <b>Eda Soral</b></i><br>"
        f"9 March 2031<br>{PARAGRAPHS[0]}<br></td></tr></table>"
    ).description
    assert described.creator == ("Eda Soral",)
    assert described.issued == "2031-03-09"


def test_names_alone_between_headline_and_date_are_the_authors() -> None:
    said = "<h1>Pier closed</h1><p>Eda Soral, Tomas Ravnik</p><p>9 March 2031</p>"
    extract = page(body=said)
    assert extract.description.creator == ("Eda Soral", "Tomas Ravnik")
    assert extract.basis["creator"] == "name line"
    assert page(body="<h1>Pier closed</h1><p>Eda Soral</p>").description.creator == ()
    label = "<h1>Pier closed</h1><p>Harbour news</p><p>9 March 2031</p>"
    assert page(body=label).description.creator == ()


def test_a_word_that_begins_like_by_is_no_byline() -> None:
    said = "<h1>Pier closed</h1><p>Port Amsa Harbour</p><p>Bystanders Unhurt</p>"
    assert page(body=said).description.creator == ()


def test_a_page_of_very_many_elements_is_searched_from_its_beginning_and_says_so() -> None:
    body = (
        '<h1>Pier closed</h1><p class="byline">By Eda Soral</p>' + "<p>Harbour news.</p>" * 60_000
    )
    extract = page(body=body)
    assert extract.description.creator == ("Eda Soral",)
    assert extract.text is not None
    assert PARAGRAPHS[2] in extract.text
    assert extract.warnings == (
        "The page is very long: only its beginning was searched for statements.",
    )


def test_countless_attributes_in_many_tags_cost_no_text() -> None:
    tag = "<div " + " ".join(f"a{n}=1" for n in range(400)) + ">Words.</div>"
    extract = read(Source(f"<html><body>{tag * 2_000}</body></html>".encode(), "x.html"))
    assert extract.text == "\n\n".join(["Words."] * 2_000)
