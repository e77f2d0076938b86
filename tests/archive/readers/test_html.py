import json
from datetime import datetime

import pytest
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


def test_a_kicker_is_left_off_a_headline_that_stands_by_itself_too() -> None:
    described = page(
        '<title>Harbours: Pier closed at Port Amsa</title><meta property="og:title"'
        ' content="Pier closed at Port Amsa">'
        + json_ld(**{"@type": "NewsArticle"}, headline="Harbours: Pier closed at Port Amsa")
    ).description
    assert described.title == "Pier closed at Port Amsa"


def test_what_two_titles_end_in_after_different_kickers_is_the_headline() -> None:
    described = page(
        '<meta property="og:title" content="Harbours: Pier closed at Port Amsa">',
        "<h1><span>Cracks in the north</span> <span>- </span>Pier closed at Port Amsa</h1>",
    ).description
    assert described.title == "Pier closed at Port Amsa"


def test_a_heading_in_a_trail_of_links_yields_to_the_one_above_the_article() -> None:
    head = json_ld(**{"@type": "NewsArticle"}, headline="Pier closed at Port Amsa")
    head += '<meta property="og:title" content="Port Amsa pier: all you need to know">'
    trail = "<nav><a href='/'>Home</a><h1>Port Amsa pier: all you need to know</h1></nav>"
    described = page(head, f"{trail}<h2>Pier closed at Port Amsa</h2>").description
    assert described.title == "Pier closed at Port Amsa"


def test_a_heading_that_leads_home_is_the_name_of_the_site() -> None:
    home = '<h1><a href="https://herald.example/">Velan Herald</a></h1>'
    extract = page("<title>Pier closed at last | Velan Herald</title>", home)
    assert extract.description.title == "Pier closed at last"
    assert extract.description.publisher == "Velan Herald"


def test_of_several_first_headings_the_one_that_the_page_states_is_the_headline() -> None:
    head = '<meta property="og:title" content="Pier closed at last">'
    described = page(head, "<h1>Good morning</h1><h1>Pier closed at last</h1>").description
    assert described.title == "Pier closed at last"


def test_a_title_repeated_as_the_name_of_an_application_is_no_outlet() -> None:
    head = (
        '<meta property="og:title" content="Pier closed at last">'
        '<meta name="application-name" content="Pier closed at last">'
    )
    described = page(head).description
    assert described.title == "Pier closed at last"
    assert described.publisher is None


def at(address: str, head: str, body: str = "") -> Extract:
    markup = f"<html lang=en><head>{head}</head><body>{body}<p>{PARAGRAPHS[0]}</p></body></html>"
    return read(Source(markup.encode(), "page.html", address))


def test_a_host_counts_for_the_name_that_it_spells() -> None:
    head = '<meta property="og:site_name" content="velan.example">'
    head += json_ld(**{"@type": "NewsArticle"}, publisher={"name": "VELAN Nachrichten"})
    assert at("https://www.velan.example/pier", head).description.publisher == "VELAN"


def test_an_abbreviation_counts_for_the_name_that_it_abbreviates() -> None:
    head = json_ld(**{"@type": "NewsArticle"}, publisher={"name": "VH"})
    head += '<meta name="application-name" content="Velan Herald">'
    assert at("https://velan-herald.example/pier", head).description.publisher == "Velan Herald"


def test_a_form_without_article_counts_for_the_one_with_it() -> None:
    head = json_ld(**{"@type": "NewsArticle"}, publisher={"name": "HERALD"})
    head += '<meta property="og:site_name" content="The Herald">'
    assert at("https://herald.example/pier", head).description.publisher == "The Herald"


def test_the_holder_of_the_rights_is_the_outlet_only_by_default() -> None:
    rights = '<meta name="copyright" content="Amsa Press Holdings">'
    assert page(rights).description.publisher == "Amsa Press Holdings"
    name = '<meta property="og:site_name" content="velan.example">'
    assert page(rights + name).description.publisher == "velan.example"


def test_the_day_in_an_address_is_that_of_publication_where_nothing_else_is_stated() -> None:
    address = "https://herald.example/2031/03/09/pier"
    extract = at(address, "")
    assert extract.description.issued == "2031-03-09"
    assert extract.basis["issued"] == "address"
    stated = '<meta name="date" content="2031-03-08">'
    assert at(address, stated).description.issued == "2031-03-08"


def test_dates_in_rdfa_are_read() -> None:
    said = '<span property="schema:datePublished" content="2031-03-09T12:45:46+01:00"></span>'
    assert page(body=said).description.issued == "2031-03-09"


def test_a_moment_in_utc_is_the_day_on_which_the_page_shows_it() -> None:
    head = '<meta property="article:published_time" content="2031-03-10T02:25:54+00:00">'
    shown = "<h1>Pier closed</h1><p>March 9, 2031 | 9:25pm</p>"
    assert page(head, shown).description.issued == "2031-03-09"
    other = "<h1>Pier closed</h1><p>March 9, 2031 | 9:40pm</p>"
    assert page(head, other).description.issued == "2031-03-10"


def test_a_date_stands_above_the_text_of_a_page_without_headline() -> None:
    assert page(body="<p>2031-03-09 | Message</p>").description.issued == "2031-03-09"


def test_a_relative_date_is_read_from_the_capture_and_never_from_the_clock() -> None:
    markup = b"<html lang=en><body><h1>Pier closed</h1><time>yesterday</time></body></html>"
    captured = datetime(2031, 3, 10, 8)
    assert read(Source(markup, "x.html", None, captured)).description.issued == "2031-03-09"
    assert read(Source(markup, "x.html")).description.issued is None


def test_a_label_names_the_author_and_the_date_that_stand_beside_it() -> None:
    said = "<ul><li><strong>Date</strong> 9.3.2031</li><li><b>Author</b> Eda Soral</li></ul>"
    extract = page(body=f"<h1>Pier closed</h1>{said}")
    assert extract.description.creator == ("Eda Soral",)
    assert extract.description.issued == "2031-03-09"
    assert (extract.basis["creator"], extract.basis["issued"]) == ("label", "label")
    parted = "<dl><dt>Autorin:</dt><dd>Eda Soral</dd></dl>"
    assert page(body=parted, lang="de").description.creator == ("Eda Soral",)
    below = "<h5>Author: </h5>Eda Soral/VW"
    assert page(body=below).description.creator == ("Eda Soral",)
    assert page(body="<p><b>Author</b> of the plan was nobody</p>").description.creator == ()


def test_a_line_anywhere_that_says_who_wrote_it_names_the_author() -> None:
    notes = f"<h1>Pier closed</h1>{'<p>Harbour news.</p>' * 30}<p>Author: Eda Soral</p>"
    assert page(body=notes).description.creator == ("Eda Soral",)


def test_the_byline_below_the_headline_goes_before_others() -> None:
    column = '<ul><li class="byline">Tomas Ravnik</li></ul>'
    described = page(body=f'{column}<h1>Pier closed</h1><p class="byline">Eda Soral</p>')
    assert described.description.creator == ("Eda Soral",)


def test_a_byline_that_says_so_goes_before_other_names_marked_as_one() -> None:
    said = '<p class="byline">Good Harbour News</p><p class="byline">By Eda Soral</p>'
    assert page(body=f"<h1>Pier closed</h1>{said}").description.creator == ("Eda Soral",)


def test_authors_that_two_places_name_complete_those_that_one_names() -> None:
    head = json_ld(**{"@type": "NewsArticle"}, headline="Pier closed", author="Eda Soral")
    said = (
        "<h1>Pier closed</h1><a rel=author>Tomas Ravnik</a> <a rel=author>Eda Soral</a>"
        '<p class="byline">Tomas Ravnik and Eda Soral</p>'
    )
    assert page(head, said).description.creator == ("Tomas Ravnik", "Eda Soral")


def test_the_name_of_an_account_is_the_author_only_by_default() -> None:
    account = json_ld(**{"@type": "NewsArticle"}, headline="Pier closed", creator="esoral77")
    assert page(account).description.creator == ("esoral77",)
    said = '<h1>Pier closed</h1><p class="byline">Eda Soral</p>'
    assert page(account, said).description.creator == ("Eda Soral",)


def test_a_list_of_all_authors_names_none() -> None:
    names = ("Ada", "Bela", "Cem", "Dora", "Ede", "Fay", "Gus")
    links = "".join(f'<a href="/author/{name}">{name} Soral</a>' for name in names)
    assert page(body=f"<h1>Pier closed</h1><div>{links}</div>").description.creator == ()


def test_properties_in_one_attribute_are_all_read() -> None:
    head = (
        '<meta property="x:title dc:title" content="Pier closed at last">'
        '<meta property="dc:creator twitter:creator" content="Eda Soral">'
    )
    described = page(head, "<h1>Good morning</h1>").description
    assert described.title == "Pier closed at last"
    assert described.creator == ("Eda Soral",)


def test_when_something_was_created_is_its_date_only_by_default() -> None:
    article = {"@type": "NewsArticle", "headline": "Pier closed"}
    created = json_ld(**article, dateCreated="2031-03-07")
    assert page(created).description.issued == "2031-03-07"
    published = '<meta property="article:published_time" content="2031-03-09">'
    assert page(created + published).description.issued == "2031-03-09"


def test_a_shown_date_goes_before_metadata_that_do_not_say_which_date_they_mean() -> None:
    shown = "<h1>Pier closed</h1><p>9 March 2031</p>"
    vague = '<meta name="DC.date" content="2031-03-07">'
    assert page(vague, shown).description.issued == "2031-03-09"
    said = '<meta property="article:published_time" content="2031-03-07">'
    assert page(said, shown).description.issued == "2031-03-07"


def test_a_date_that_nothing_seconds_yields_to_one_that_two_places_give() -> None:
    said = '<meta property="article:published_time" content="2031-03-07">'
    shown = '<h1>Pier closed</h1><time datetime="2031-03-09">9 March 2031</time>'
    assert page(said, shown).description.issued == "2031-03-09"


def test_a_full_hour_in_utc_may_be_midnight_where_the_page_is() -> None:
    head = '<meta property="article:published_time" content="2031-03-08T23:00Z">'
    shown = "<h1>Pier closed</h1><p>9 March 2031</p>"
    assert page(head, shown).description.issued == "2031-03-09"
    later = '<meta property="article:published_time" content="2031-03-08T23:17Z">'
    assert page(later, shown).description.issued == "2031-03-08"


def test_a_year_in_other_words_is_no_date() -> None:
    assert page(body="<h1>Pier closed</h1><p>Election 2031</p>").description.issued is None
    assert page(body="<h1>Pier closed</h1><p>Since May 2031 chief</p>").description.issued is None
    assert page(body="<h1>Pier closed</h1><p>May 2031</p>").description.issued == "2031-05"


def test_as_of_is_no_date_of_publication() -> None:
    described = page(body="<h1>Pier closed</h1><p>Stand: 11.03.2031</p>", lang="de").description
    assert (described.issued, described.modified) == (None, "2031-03-11")


def test_a_headline_over_several_lines_is_found() -> None:
    head = "<h1><span>Pier closed</span><br><span>at Port Amsa</span></h1>"
    assert page(body=f"{head}<p>9 March 2031</p>").description.issued == "2031-03-09"


def test_what_json_ld_and_open_graph_say_alike_is_not_cut() -> None:
    title = "Port Amsa pier - closed for three weeks"
    head = json_ld(**{"@type": "NewsArticle"}, headline=title)
    head += f'<meta property="og:title" content="{title}">'
    assert page(head, "<h1>Port Amsa pier</h1>").description.title == title


def test_a_heading_that_shares_no_word_with_other_titles_is_not_the_headline() -> None:
    head = (
        "<title>Velan Office - Pier closed at last</title>"
        '<meta name="twitter:title" content="Pier closed at last">'
    )
    described = page(head, "<h1>Harbour and Ferries Administration</h1>").description
    assert described.title == "Pier closed at last"


def test_the_name_of_the_site_falls_off_a_heading_that_ends_in_it() -> None:
    head = (
        "<title>Pier closed at last | Velan Herald</title>"
        '<meta name="twitter:title" content="Pier closed at last">'
    )
    body = "<h1>Pier closed at last<span>Velan Herald</span></h1>"
    assert page(head, body).description.title == "Pier closed at last"


def test_a_short_last_part_falls_off_the_only_title() -> None:
    assert (
        page("<title>All ferries stopped at the pier – Velan notes</title>").description.title
        == "All ferries stopped at the pier"
    )
    assert page("<title>Interview – Eda Soral</title>").description.title == "Interview – Eda Soral"


def test_an_account_spells_the_name_of_a_host() -> None:
    head = '<meta property="og:site_name" content="velanschau.example">'
    account = '<meta name="twitter:site" content="@velanschau">'
    address = "https://www.velanschau.example/pier"
    assert at(address, head).description.publisher == "velanschau.example"
    assert at(address, head + account).description.publisher == "velanschau"


def test_an_outlet_keeps_the_marks_that_one_of_its_names_has() -> None:
    head = '<meta property="og:site_name" content="Vélanpost.example">'
    head += '<meta name="apple-mobile-web-app-title" content="Vélanpost">'
    body = "<p>Velanpost is here.</p>" * 3
    assert at("https://www.velanpost.example/pier", head, body).description.publisher == "Vélanpost"


def test_a_service_that_others_publish_on_is_the_outlet_only_by_default() -> None:
    head = '<meta property="og:site_name" content="Medium">'
    address = "https://medium.com/harbour-log/pier"
    assert at(address, head).description.publisher == "Medium"
    named = json_ld(**{"@type": "NewsArticle"}, publisher={"name": "Harbour Log"})
    assert at(address, head + named).description.publisher == "Harbour Log"


def test_an_account_is_the_outlet_where_nothing_else_names_it() -> None:
    link = '<a href="https://www.facebook.com/VelanHerald">Follow us</a>'
    extract = at("https://velanherald.example/pier", "", link)
    assert extract.description.publisher == "VelanHerald"
    assert extract.basis["publisher"] == "account"
    other = '<a href="https://www.facebook.com/AmsaCourier">Follow us</a>'
    assert at("https://velanherald.example/pier", "", other).description.publisher is None


def test_a_department_is_named_with_its_house_where_an_account_has_both() -> None:
    head = '<meta property="og:site_name" content="Factcheck">'
    head += '<meta name="twitter:site" content="@VNAfactcheck">'
    address = "https://factcheck.vna.example/pier"
    assert at(address, head).description.publisher == "VNA Factcheck"


def test_a_part_of_the_title_that_the_host_spells_is_the_outlet() -> None:
    head = "<title>Pier closed at last | Velan Herald</title>"
    extract = at("https://www.velan-herald.example/pier", head)
    assert extract.description.publisher == "Velan Herald"
    assert extract.basis["publisher"] == "title"
    assert at("https://www.example.org/pier", head).description.publisher is None


def test_a_title_seconds_the_name_of_the_outlet_against_that_of_a_department() -> None:
    head = "<title>Pier closed at last - Velan</title>"
    head += '<meta property="og:site_name" content="Harbours">'
    head += json_ld(**{"@type": "NewsArticle"}, publisher={"name": "Velan"})
    assert at("https://www.velan.example/pier", head).description.publisher == "Velan"


def test_an_account_with_the_whole_name_of_a_host_keeps_it_whole() -> None:
    head = '<meta property="og:site_name" content="velan.example">'
    links = "".join(f'<a href="https://x.com/{name}">x</a>' for name in ("velan", "velan_example"))
    assert at("https://velan.example/pier", head, links).description.publisher == "velan.example"


def test_several_departments_count_for_the_house_that_the_host_names() -> None:
    online = json_ld(**{"@type": "NewsArticle"}, publisher={"name": "Velan online"})
    address = "https://www.velan.example/pier"
    assert at(address, online).description.publisher == "Velan online"
    other = '<meta name="publisher" content="Velan Medien">'
    assert at(address, online + other).description.publisher == "Velan"


def test_a_default_name_of_the_outlet_takes_no_votes_from_it() -> None:
    head = '<meta property="og:site_name" content="Velan Herald">'
    head += '<meta name="copyright" content="Velan Herald">'
    head += '<meta name="application-name" content="Pocket reader">'
    assert page(head).description.publisher == "Velan Herald"


def test_a_publisher_in_microdata_or_rdfa_is_the_outlet() -> None:
    microdata = (
        '<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">'
        '<meta itemprop="name" content="Velan Herald"></div>'
    )
    assert page(body=microdata).description.publisher == "Velan Herald"
    rdfa = '<p property="publisher" typeof="Organization"><b property="name">Velan Herald</b></p>'
    extract = page(body=rdfa)
    assert extract.description.publisher == "Velan Herald"
    assert extract.basis["publisher"] == "itemprop publisher"


def test_the_work_that_an_article_is_part_of_is_the_outlet_by_default() -> None:
    whole = {"@type": ["CreativeWork", "Product"], "name": "Velan Herald"}
    head = json_ld(**{"@type": "NewsArticle"}, headline="Pier closed at last", isPartOf=whole)
    assert page(head).description.publisher == "Velan Herald"
    page_of = {"@type": "WebPage", "name": "Pier closed at last"}
    head = json_ld(**{"@type": "NewsArticle"}, headline="Pier closed at last", isPartOf=page_of)
    assert page(head).description.publisher is None


def test_who_holds_the_rights_is_the_outlet_where_the_host_names_them_too() -> None:
    rights = "<footer>© 2029–2031 Velan Herald. All rights reserved.</footer>"
    extract = at("https://www.velanherald.example/pier", "", rights)
    assert extract.description.publisher == "Velan Herald"
    assert extract.basis["publisher"] == "copyright line"
    assert at("https://www.amsa.example/pier", "", rights).description.publisher is None
    other = '<meta property="og:site_name" content="Harbour Log">'
    described = at("https://www.velanherald.example/pier", other, rights).description
    assert described.publisher == "Harbour Log"


def test_what_a_title_adds_to_the_headline_is_the_outlet_by_default() -> None:
    head = "<title>Pier closed at last | Harbour | Velan Herald</title>"
    headline = "<h1>Pier closed at last</h1>"
    assert page(head, headline).description.publisher == "Velan Herald"
    before = "<title>Velan Herald – Pier closed at last</title>"
    assert page(before, headline).description.publisher == "Velan Herald"
    chinese = "<title>阿姆萨港码头关闭_国际_维兰网</title>"
    described = page(chinese, "<h1>阿姆萨港码头关闭</h1>", "zh").description
    assert described.publisher == "维兰网"
    assert described.title == "阿姆萨港码头关闭"
    site = "<title>Pier closed at last, and nobody knows why - Herald</title>"
    assert page(site, "<h1>Herald</h1>").description.publisher is None


def test_a_lesser_heading_that_ends_the_title_is_the_headline_of_a_page_without_another() -> None:
    head = "<title>Harbour Log &raquo; Blog Archive &raquo; Pier closed at last</title>"
    body = "<h1><a href='/'>Harbour Log</a></h1><h2><a href='/pier'>Pier closed at last</a></h2>"
    extract = page(head, body + "<small>March 9th, 2031</small>")
    assert extract.description.title == "Pier closed at last"
    assert extract.basis["title"] == "h2"
    assert extract.description.issued == "2031-03-09"


def test_the_sign_that_links_to_a_heading_is_no_part_of_it() -> None:
    heading = '<h1>Pier closed at last<a href="#pier">¶</a></h1>'
    assert page(body=heading).description.title == "Pier closed at last"
    assert page("<title>All of C#</title>").description.title == "All of C#"


def test_the_footer_of_an_article_says_who_wrote_it_and_when() -> None:
    footer = (
        '<h1>Pier closed at last</h1><footer class="node__meta">By <span>Eda Soral</span>,'
        ' <time datetime="2031-03-09T08:00:00Z">9 March 2031</time></footer>'
    )
    described = page(body=footer).description
    assert described.creator == ("Eda Soral",)
    assert described.issued == "2031-03-09"


def test_who_submitted_an_article_is_its_author() -> None:
    line = (
        "<h1>Pier closed at last</h1><div>Submitted by <span>Eda Soral</span> on"
        ' <span property="dc:date dc:created" content="2031-03-09T08:00:00+00:00">'
        "Sun, 03/09/2031 - 08:00</span></div>"
    )
    described = page(body=line).description
    assert described.creator == ("Eda Soral",)
    assert described.issued == "2031-03-09"


def test_an_author_in_rdfa_is_read_as_in_microdata() -> None:
    line = '<p property="author" typeof="Person"><b property="name">Eda Soral</b></p>'
    assert page(body="<h1>Pier closed at last</h1>" + line).description.creator == ("Eda Soral",)


def test_bylines_of_other_scripts_name_the_author_alone() -> None:
    arabic = "<h1>إغلاق الرصيف</h1><p class='author-name'>بقلم: إيدا سورال</p>"
    assert page(body=arabic, lang="ar").description.creator == ("إيدا سورال",)
    korean = "<h1>부두 폐쇄</h1><p class='byline'>김가나 기자</p>"
    assert page(body=korean, lang="ko").description.creator == ("김가나",)
    chinese = "<h1>码头关闭</h1><div>2031-03-09 08:14 来源：维兰网 作者：李甲</div>"
    described = page(body=chinese, lang="zh").description
    assert described.creator == ("李甲",)
    assert described.issued == "2031-03-09"


def test_a_longer_line_dates_an_article_by_what_it_says_of_publication() -> None:
    line = (
        "<h1>La jetée fermée</h1><p>Par Eda Soral, avec les rédactions du port et de la ville -"
        " Publié le 9 mars 2031 à 8h14, mis à jour le 10 mars 2031 à 9h00</p>"
    )
    assert page(body=line, lang="fr").description.issued == "2031-03-09"


def test_dates_beside_the_headline_go_before_those_above_it() -> None:
    latest = '<ul><li>Mooring fees <time datetime="2031-03-12">12 March</time></li></ul>'
    own = '<h1>Pier closed at last</h1><time datetime="2031-03-09">9 March 2031</time>'
    assert page(body=latest + own).description.issued == "2031-03-09"


def test_a_title_without_space_before_its_sign_names_the_outlet_too() -> None:
    head = "<title>Pier closed at last—Velan Herald</title>"
    assert page(head, "<h1>Pier closed at last</h1>").description.publisher == "Velan Herald"
    question = "<title>Pier closed at last? Not yet</title>"
    assert page(question, "<h1>Pier closed at last</h1>").description.publisher is None


def test_a_comment_in_the_markup_holds_no_rights() -> None:
    comment = "<!-- copyright 2031 Velanherald Software -->"
    assert at("https://www.velanherald.example/pier", "", comment).description.publisher is None


def test_a_line_of_nothing_but_names_after_a_small_by_is_a_byline() -> None:
    body = "<h1>Chiuso il molo di Port Amsa</h1><p>di <b>Eda Soral</b> e <b>Tomas Ravnik</b></p>"
    assert page(body=body, lang="it").description.creator == ("Eda Soral", "Tomas Ravnik")
    prose = "<h1>Chiuso il molo di Port Amsa</h1><p>di notte e senza luci</p>"
    assert page(body=prose, lang="it").description.creator == ()


def test_words_for_the_author_are_known_in_more_languages() -> None:
    for lang, line, author in (
        ("hu", "Szerző: Eda Soral", "Eda Soral"),
        ("fa", "نویسنده: ادا سورال", "ادا سورال"),
        ("he", "מאת: אדה סורל", "אדה סורל"),
        ("id", "Penulis: Eda Soral", "Eda Soral"),
        ("vi", "Tác giả: Eda Soral", "Eda Soral"),
    ):
        body = f"<h1>Port Amsa 2031</h1><p>{line}</p>"
        assert page(body=body, lang=lang).description.creator == (author,)


def test_a_line_that_states_a_date_names_the_author_beside_it() -> None:
    line = "<h1>Pier closed at last</h1><div>March 9, 2031 · 2 min · Eda Soral</div>"
    extract = page(body=line)
    assert extract.description.creator == ("Eda Soral",)
    assert extract.basis["creator"] == "name line"
    assert extract.description.issued == "2031-03-09"


def test_a_list_of_authors_keeps_job_titles_apart() -> None:
    authors = "<ul class='authors'><li>Eda Soral</li><li>Journalist</li></ul>"
    assert page(body="<h1>Pier closed</h1>" + authors).description.creator == ("Eda Soral",)


def test_the_outlet_is_no_author_beside_a_person() -> None:
    head = '<meta property="og:site_name" content="Velan Herald">'
    body = "<h1>Pier closed at last</h1><p class='byline'>By Eda Soral, Velan Herald</p>"
    assert page(head, body).description.creator == ("Eda Soral",)
    agency = head + '<meta name="author" content="Velan Herald and VNA">'
    assert page(agency).description.creator == ("Velan Herald", "VNA")


def test_nordic_lines_date_an_article_by_its_publication() -> None:
    for line in (
        "Publicerad 9 mars 2031 kl 08.14 Uppdaterad 10 mars 2031 kl 09.00",
        "Publisert 9. mars 2031 kl. 08:14 Oppdatert 10. mars 2031 kl. 09:00",
        "Julkaistu 9.3.2031 8.14 | Päivitetty 10.3.2031 9.00",
    ):
        body = f"<h1>Port Amsa</h1><div>{line}</div>"
        assert page(body=body, lang="sv").description.issued == "2031-03-09"


def test_the_date_of_a_comment_is_none_of_the_article() -> None:
    comment = (
        '<section class="comments"><p>Jon Brask</p><time datetime="2031-03-11">11 March 2031</time>'
        "</section>"
    )
    assert (
        page(body="<h1>Pier closed at last</h1><p>By Eda Soral</p>" + comment).description.issued
        is None
    )


def test_the_date_behind_the_place_before_the_first_sentence_is_that_of_publication() -> None:
    line = f"<h1>Pier closed at last</h1><p>VELOGRAD, March 9, 2031 (VNA) -- {PARAGRAPHS[0]}</p>"
    extract = page(body=line)
    assert extract.description.issued == "2031-03-09"
    assert extract.basis["issued"] == "dateline"
    told = "<h1>Pier closed at last</h1><p>On March 9, 2031 the pier of Port Amsa was closed.</p>"
    assert page(body=told).description.issued is None


def test_a_company_is_the_outlet_only_where_hardly_anything_else_names_it() -> None:
    company = {"@type": "Organization", "name": "Amsa Newspapers Ltd"}
    head = json_ld(**{"@type": "NewsArticle"}, publisher=company)
    address = "https://www.velanherald.example/pier"
    assert at(address, head).description.publisher == "Amsa Newspapers"
    title = "<title>Pier closed at last | Velan Herald</title>"
    assert at(address, title + head).description.publisher == "Velan Herald"
    own = json_ld(**{"@type": "NewsArticle"}, publisher={"name": "Velan Herald Ltd"})
    assert at(address, own).description.publisher == "Velan Herald"


def test_an_entry_footer_of_an_article_is_not_that_of_the_page() -> None:
    footer = (
        '<h1>Pier closed at last</h1><footer class="entry-footer"><span class="byline">'
        '<a class="url fn n" href="/author/eda/">Eda Soral</a></span> <time'
        ' datetime="2031-03-09T08:00:00Z">March 9, 2031</time></footer>'
    )
    described = page(body=footer).description
    assert described.creator == ("Eda Soral",)
    assert described.issued == "2031-03-09"


def test_a_word_for_the_front_page_names_no_outlet() -> None:
    head = '<meta property="og:site_name" content="Home">'
    assert page(head).description.publisher is None
    title = "<title>Pier closed at last - Velan Herald</title>"
    described = page(head + title, "<h1>Pier closed at last</h1>").description
    assert described.publisher == "Velan Herald"


def test_places_where_a_line_may_break_are_no_part_of_titles_and_names() -> None:
    body = "<h1>Ferry&shy;boats stopped</h1><p class='byline'>By Eda So&shy;ral</p>"
    described = page(body=body).description
    assert described.title == "Ferryboats stopped"
    assert described.creator == ("Eda Soral",)


def test_a_by_that_only_styles_keep_from_the_name_is_left_out() -> None:
    body = "<h1>Pier closed</h1><div class='author'><span>By</span><span>Eda Soral</span></div>"
    assert page(body=body).description.creator == ("Eda Soral",)
    named = "<h1>Pier closed</h1><div class='author'>Byron Amsel</div>"
    assert page(body=named).description.creator == ("Byron Amsel",)


def test_names_in_scripts_with_marks_are_names() -> None:
    body = "<h1>घाट बंद</h1><div>लेखक: एडा सोरल</div>"
    assert page(body=body, lang="hi").description.creator == ("एडा सोरल",)


def test_a_theme_s_language_yields_to_that_of_the_text_where_another_statement_seconds_it() -> None:
    text = "<h1>Pier gesperrt</h1>" + "<p>Die Fähren fahren nicht, weil der Pier Risse hat.</p>" * 6
    markup = f'<html lang="en"><head>{{}}</head><body><article>{text}</article></body></html>'
    stated = '<meta http-equiv="content-language" content="de-AT">'
    alone = read(Source(markup.format("").encode(), "page.html"))
    assert alone.description.language == "en"
    seconded = read(Source(markup.format(stated).encode(), "page.html"))
    assert seconded.description.language == "de"


def test_a_copy_in_a_web_archive_has_the_host_that_it_is_a_copy_of() -> None:
    head = "<title>Pier closed at last | Velan Herald</title>"
    address = "https://archive.example/web/20310309080000/https://www.velanherald.example/pier"
    assert at(address, head).description.publisher == "Velan Herald"


def test_a_line_of_signs_of_rights_keeps_nobody_from_reading_the_page() -> None:
    # To seek a holder from each sign on takes the square of them: minutes for these.
    read = page(body=f"<h1>Pier closed at last</h1><p>It rained.</p><div>{'© ' * 30_000}</div>")
    assert read.description.title == "Pier closed at last"


@pytest.mark.parametrize("sign", ["a", "A", "1/", "1 May ", "| ", "- ", "– ", "a@b.", "http://"])
def test_what_is_longer_than_any_title_name_or_date_keeps_nobody_from_reading_the_page(
    sign: str,
) -> None:
    # Each of them took from ten seconds to a minute where it was looked into.
    run = sign * (60_000 // len(sign))
    head = json_ld(**{"@type": "NewsArticle"}, headline=run, author=run, datePublished=run,
                   publisher={"name": run}, url=run)  # fmt: skip
    body = f'<h1>Pier closed at last</h1><time datetime="{run}">{run}</time>'
    described = page(head=head, body=f'{body}<p class="byline">By {run}</p>').description
    assert described.title == "Pier closed at last"
    assert (described.creator, described.issued) == ((), None)


def test_blocks_of_other_stories_give_no_author_and_no_date() -> None:
    other = "<h3>Most read</h3><p>By Jon Brask, 1 February 2029</p>"
    for block in (
        f"<div class=related>{other}</div>",
        f'<section id="most-read"><article>{other}</article></section>',
        f'<div class="box more-stories">{other}</div>',
        f"<div class=trending>{other}<time>1 February 2029</time></div>",
        f"<aside><div>{other}</div></aside>",
    ):
        for body in (
            f"<h1>Pier closed at last</h1>{block}",
            f"{block}<h1>Pier closed at last</h1>",
        ):
            described = page(body=body).description
            assert (described.creator, described.issued) == ((), None)
    wrapped = "<div class=with-sidebar><h1>Pier closed at last</h1><p>By Eda Soral</p></div>"
    assert page(body=wrapped).description.creator == ("Eda Soral",)


def test_below_a_heading_after_the_article_stand_other_stories() -> None:
    story = f"<h1>Pier closed at last</h1><p>{PARAGRAPHS[0]}</p>"
    other = "<h3>Most read</h3><p>By Jon Brask, 1 February 2029</p>"
    described = page(body=f"{story}<div>{other}</div>").description
    assert (described.creator, described.issued) == ((), None)
    section = f"<h2>What next</h2><p>{PARAGRAPHS[1]}</p><p>By Eda Soral</p><p>9 March 2031</p>"
    described = page(body=f"{story}{section}{other}").description
    assert (described.creator, described.issued) == (("Eda Soral",), "2031-03-09")
    again = f"{story}<h2>Pier closed at last</h2><h4>From the harbour</h4><p>By Eda Soral</p>"
    assert page(body=again).description.creator == ("Eda Soral",)


def test_a_line_tells_of_an_update_and_of_publication_in_either_order() -> None:
    for line in (
        "Modified 11 March 2031 | Published 9 March 2031",
        "Last updated: 11 Mar 2031, first published 9 Mar 2031",
        "Aktualisiert am 11.03.2031, veröffentlicht am 09.03.2031",
        "First published 9 March 2031, last updated 11 March 2031",
        "Actualizado el 11 de marzo de 2031. Publicado el 9 de marzo de 2031",
    ):
        for body in (f"<p>{line}</p>", f"<p class=date>{line}</p>"):
            described = page(body=f"<h1>Pier closed at last</h1>{body}").description
            assert (described.issued, described.modified) == ("2031-03-09", "2031-03-11"), line


def test_a_line_with_a_date_and_a_byline_gives_both() -> None:
    for line, lang, author in (
        ("9 марта 2031 | Автор: Вера Малова", "ru", "Вера Малова"),
        ("9 March 2031 · By Eda Soral", "en", "Eda Soral"),
        ("9 March 2031 | Author: Eda Soral | Photo: Jan Orlik", "en", "Eda Soral"),
        ("2031年03月09日 08:12 来源:海港报 作者:李四海", "zh", "李四海"),
        ("2031年03月09日 08:12 来源：海港报 编辑：王小二 作者：李四海", "zh", "李四海"),
    ):
        described = page(body=f"<h1>Pier closed at last</h1><p>{line}</p>", lang=lang).description
        assert (described.creator, described.issued) == ((author,), "2031-03-09"), line


def test_the_name_that_a_publishing_system_gives_its_first_user_is_nobody() -> None:
    head = '<meta name="author" content="Super User">'
    assert page(head, "<h1>Pier closed at last</h1>").description.creator == ()
    named = page(head, "<h1>Pier closed at last</h1><p>By Eda Soral</p>").description
    assert named.creator == ("Eda Soral",)


def test_a_kicker_in_the_heading_is_parted_from_the_headline() -> None:
    for heading, title in (
        ("<span class=kicker>Harbour</span>Pier closed at last", "Harbour Pier closed at last"),
        (
            '<span class="head__overline">Harbour:</span><span>Pier closed at last</span>',
            "Harbour: Pier closed at last",
        ),
        ("<span class=label>Pier closed at last</span>", "Pier closed at last"),
    ):
        extract = page(body=f"<h1>{heading}</h1><p>By Eda Soral</p>")
        assert extract.description.title == title
        assert extract.description.creator == ("Eda Soral",)
