from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from archive.home import Home
from tests.quayside import command
from webapp.app import create_app
from webapp.services import open_services


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.text, "lxml")


def titles(soup: BeautifulSoup) -> list[str]:
    return [each.get_text() for each in soup.select("ol.hits h3")]


def labels(soup: BeautifulSoup, facet: str) -> list[str]:
    return [each.get_text() for each in soup.select(f"#facet-{facet} label.choice")]


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{len(found)} of {selector}"
    return found[0]


def test_the_start_page_shows_the_newest_records_and_how_many_there_are(
    client: FlaskClient,
) -> None:
    soup = page(client, "/")
    assert one(soup, "h1").get_text() == "Search the archive"
    assert one(soup, "[role=status]").get_text() == "9 records"
    assert titles(soup)[0].startswith("<script>")
    assert len(soup.select(".examples a")) == 4


def test_a_search_marks_its_words_and_links_each_snippet_to_its_passage(
    client: FlaskClient,
) -> None:
    soup = page(client, '/?q="sluice+logs"')
    assert len(soup.select(".found")) == 3
    for snippet in soup.select("a.snippet"):
        assert [each.get_text() for each in snippet.select("mark")] in ([], ["sluice logs"])
        assert re.fullmatch(
            r"/r/\w+\?q=%22sluice\+logs%22&at=\d+-\d+&extract=\d+#passage", str(snippet["href"])
        )


def test_a_hit_tells_outlet_date_authors_and_stances_in_words(client: FlaskClient) -> None:
    soup = page(client, "/?q=title:valves")
    text = " ".join(one(soup, ".byline").get_text().split())
    assert text == "Eastern Telegraph · September 2024 · Tomas Brenner, Ilse Varga"
    stances = [each.get_text().strip() for each in soup.select(".stance")]
    assert stances == ["board: critical", "commission: supportive"]


def test_what_nobody_stated_is_said(client: FlaskClient) -> None:
    soup = page(client, "/?q=title:Ledger")
    text = " ".join(one(soup, ".byline").get_text().split())
    assert text == "outlet not stated · date not stated · author not stated"


def test_dates_are_shown_with_their_precision(client: FlaskClient) -> None:
    dates = {each.get_text() for each in page(client, "/").select(".byline .date")}
    assert dates == {
        "18 September 2024",
        "September 2024",
        "2 October 2024",
        "2025 (uncertain)",
        "about 2023",
        "August 2024 or later",
        "date not stated",
    }


def test_titles_and_texts_carry_their_language_and_find_their_direction(
    client: FlaskClient,
) -> None:
    soup = page(client, "/?language=ar")
    heading = one(soup, ".found h3")
    assert (heading["lang"], heading["dir"]) == ("ar", "auto")
    snippet = one(soup, "a.snippet")
    assert (snippet["lang"], snippet["dir"]) == ("ar", "auto")


def test_facet_headings_are_buttons_in_their_order(client: FlaskClient) -> None:
    buttons = page(client, "/").select(".facet h3 button[aria-expanded=true]")
    assert [each.get_text() for each in buttons] == [
        "Outlet",
        "Author",
        "Date",
        "Stance",
        "Language",
        "Collection",
    ]


def test_counts_are_in_the_names_of_the_checkboxes(client: FlaskClient) -> None:
    assert labels(page(client, "/"), "author") == [
        "Ilse Varga 2 records",
        "Sadie Løkke 1 record",
        "Tomas Brenner 1 record",
        "not stated 6 records",
    ]


def test_values_of_one_facet_are_either_or_and_facets_narrow_each_other(
    client: FlaskClient,
) -> None:
    both = page(client, "/?outlet=The+Quay+Courier&outlet=Eastern+Telegraph")
    assert len(titles(both)) == 2
    narrowed = page(
        client, "/?outlet=The+Quay+Courier&outlet=Eastern+Telegraph&author=Tomas+Brenner"
    )
    assert titles(narrowed) == ["Who opened the valves?"]
    assert labels(narrowed, "outlet") == [
        "Eastern Telegraph 1 record",
        "The Quay Courier 0 records",
    ]
    assert len(narrowed.select("#facet-outlet input[checked]")) == 2


def test_not_stated_is_a_value(client: FlaskClient) -> None:
    soup = page(client, "/?outlet=none&stance=none")
    assert set(titles(soup)) == {"bridge closed", "Ledger of the lock"}


def counted(label: str) -> int:
    """How many records an accessible name says there are."""
    found = re.search(r": ([\d,]+) records?", label)
    assert found, label
    return int(found[1].replace(",", ""))


def name_of(bar: Tag) -> str:
    """Its accessible name (SVG-AAM)."""
    return bar.select("title")[0].get_text()


def found_in_all(soup: BeautifulSoup) -> int:
    return int(one(soup, "[role=status]").get_text().split()[0].replace(",", ""))


@pytest.mark.parametrize("q", ["", "q=bridge", "outlet=The+Quay+Courier&not_stance=none"])
def test_every_bar_at_every_zoom_finds_what_it_counts(client: FlaskClient, q: str) -> None:
    addresses = {f"/?{q}"}
    for _ in ("years", "months", "days"):
        bars = [bar for a in addresses for bar in page(client, a).select("svg.histogram a")]
        assert bars
        for bar in bars:
            total = found_in_all(page(client, str(bar["href"])))
            assert total == counted(name_of(bar)), bar["href"]
        addresses = {str(bar["href"]) for bar in bars}


def test_a_bar_tells_what_is_certain_and_what_is_possible(client: FlaskClient) -> None:
    soup = page(client, "/")
    names = [name_of(bar) for bar in soup.select("svg.histogram a")]
    assert "2023: 1 record" in names
    assert "2024: 4 records, 3 certainly, 1 possibly" in names
    bar = next(each for each in soup.select("svg.histogram a") if "2024" in name_of(each))
    assert [str(each["class"][0]) for each in bar.select("rect")] == ["slot", "certain", "possible"]


def test_the_histogram_is_a_table_too(client: FlaskClient) -> None:
    soup = page(client, "/")
    bars = {str(bar["href"]): counted(name_of(bar)) for bar in soup.select(".histogram a")}
    rows = {
        str(row.select("a")[0]["href"]): sum(int(cell.get_text()) for cell in row.select("td"))
        for row in soup.select("table.dates tbody tr")
    }
    assert rows == bars
    assert [each.get_text() for each in soup.select("table.dates thead th")] == [
        "Year", "Certainly", "Possibly",
    ]  # fmt: skip


def test_zooming_in_and_out_again(client: FlaskClient) -> None:
    year = page(client, "/?q=bridge&from=2024&to=2024")
    assert "Records by month, 2024" in one(year, ".drawn").get_text()
    assert one(year, ".drawn a")["href"] == "/?q=bridge"
    month = page(client, "/?q=bridge&from=2024-09&to=2024-09")
    assert "Records by day, September 2024" in one(month, ".drawn").get_text()
    assert one(month, ".drawn a")["href"] == "/?q=bridge&from=2024&to=2024"
    day = page(client, "/?q=bridge&from=2024-09-18&to=2024-09-18")
    assert one(day, ".bar[aria-current]")["href"] == "/?q=bridge&from=2024-09&to=2024-09"


def test_dates_not_stated_can_be_asked_for(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge&from=2024")
    undated = one(soup, ".undated")
    found = page(client, str(one(undated, "a")["href"]))
    assert counted(undated.get_text()) == found_in_all(found) == 1
    assert titles(found) == ["bridge closed"]


def test_a_value_can_be_left_out_and_taken_in_again(client: FlaskClient) -> None:
    row = next(
        each
        for each in page(client, "/?q=bridge").select("#facet-outlet .choice-row")
        if "Quay Courier" in each.get_text()
    )
    assert one(row, "a.other").get_text() == "−Leave out: The Quay Courier"
    soup = page(client, str(one(row, "a.other")["href"]))
    assert "Sluice logs do not exist, board tells fishermen" not in titles(soup)
    assert "not published by The Quay Courier" in one(soup, "h1.asked").get_text()
    out = one(soup, ".left-out")
    assert " ".join(out.get_text().split()) == "The Quay Courier left out 1 record"
    assert out.select("s")
    again = one(soup, ".choice-row:has(.left-out) a.other")
    assert again.get_text() == "+Take in again: The Quay Courier"
    assert again["href"] == "/?q=bridge"
    assert one(soup, ".constraints a").get_text() == "Remove Outlet not The Quay Courier ×"
    assert one(soup, ".constraints a")["href"] == "/?q=bridge"
    hidden = {(str(i["name"]), str(i["value"])) for i in soup.select("#search [type=hidden]")}
    assert hidden == {("not_outlet", "The Quay Courier")}


def test_not_stated_can_be_left_out(client: FlaskClient) -> None:
    soup = page(client, "/?not_outlet=none")
    assert found_in_all(soup) == 7
    assert "with an outlet stated" in one(soup, "h1.asked").get_text()
    assert one(soup, ".constraints a").get_text() == "Remove Outlet stated ×"


def test_a_value_that_is_left_out_is_shown_even_at_0(client: FlaskClient) -> None:
    soup = page(client, "/?q=tanker&not_outlet=River+Review")
    assert " ".join(one(soup, ".left-out").get_text().split()) == "River Review left out 0 records"


def test_a_hit_tells_why_it_matched(client: FlaskClient) -> None:
    soup = page(client, "/?q=closes+bank")
    hit = next(each for each in soup.select(".found") if "Sluice logs" in each.get_text())
    lines = [" ".join(each.get_text().split()) for each in hit.select(".why li")]
    assert lines[0] == "closes: in another form (English) closed 2 × times"
    assert len(lines) == 2


def test_the_words_of_a_query_that_is_not_understood_are_offered_as_words(
    client: FlaskClient,
) -> None:
    soup = page(client, "/?q=%22the+bridge&outlet=River+Review", 400)
    link = one(soup, ".literal a")
    assert link.get_text() == "the bridge"
    assert link["href"] == "/?q=the+bridge&outlet=River+Review"
    assert titles(page(client, str(link["href"])))


def test_results_can_be_taken_along_and_cited(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge&page=2&outlet=The+Quay+Courier&page=1")
    links = [str(each["href"]) for each in soup.select(".take a")]
    assert links[0] == "/search.csv?q=bridge&outlet=The+Quay+Courier"
    assert links[-1] == "/search.atom?q=bridge&outlet=The+Quay+Courier"
    form = one(soup, ".take form")
    assert (form["action"], form["method"]) == ("/searches", "post")
    sent = [(str(each["name"]), str(each["value"])) for each in form.select("input")]
    assert sent == [("q", "bridge"), ("outlet", "The Quay Courier")]
    assert one(soup, "link[rel=alternate]")["href"] == links[-1]


def test_each_constraint_is_a_link_to_the_search_without_it(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge&outlet=River+Review&from=2020")
    links = {a.get_text(): a["href"] for a in soup.select(".constraints a")}
    assert links == {
        "Remove Outlet River Review ×": "/?q=bridge&from=2020",
        "Remove From 2020 ×": "/?q=bridge&outlet=River+Review",
    }


def test_when_nothing_is_found_it_says_which_constraint_to_drop(client: FlaskClient) -> None:
    soup = page(client, "/?q=sluice&outlet=River+Review&stance=board%3Acritical")
    assert one(soup, ".nothing h2").get_text() == "Nothing was found"
    offers = {str(a["href"]) for a in soup.select(".offers a")}
    assert "/?q=sluice&stance=board%3Acritical" in offers
    assert "/?q=sluice&outlet=River+Review" in offers


def test_when_no_record_has_all_words_any_of_them_is_offered(client: FlaskClient) -> None:
    soup = page(client, "/?q=sluice+zeppelin")
    (offer,) = soup.select(".offers a")
    assert offer["href"] == "/?q=sluice+zeppelin&mode=any"
    assert titles(page(client, str(offer["href"])))


@pytest.mark.parametrize(
    "q", ["%22unclosed", "AND", "((", "*a*", "date:2025-02-29", "water " * 1000, "x" * 5000]
)
def test_a_query_that_cannot_be_understood_is_shown_with_a_caret_under_the_place(
    client: FlaskClient, q: str
) -> None:
    soup = page(client, f"/?q={q}", 400)
    lines = one(soup, "pre.caret").get_text().split("\n")
    assert len(lines) == 2
    assert set(lines[1]) <= {" ", "^"}
    assert "^" in lines[1]
    assert one(soup, "#q")["value"] == q.replace("%22", '"')
    assert one(soup, "#q")["aria-invalid"] == "true"
    assert one(soup, ".mistake p:last-child").get_text() == "How to search"


def test_a_hundred_thousand_characters_are_refused_with_advice(client: FlaskClient) -> None:
    soup = page(client, "/?q=" + "a" * 100_000, 400)
    assert "4,096" in one(soup, ".mistake").get_text()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("from=2025-02-30", "2025-02-30"),
        ("to=yesterday", "yesterday"),
        ("from=2025&to=2024", "2025"),
        ("from=" + "9" * 5000, "too long"),
    ],
)
def test_impossible_dates_are_refused_with_a_sentence(
    client: FlaskClient, query: str, reason: str
) -> None:
    soup = page(client, f"/?q=bridge&outlet=River+Review&{query}", 400)
    assert reason in one(soup, "#span-error p").get_text()
    assert one(soup, "#q")["value"] == "bridge"
    assert soup.select("input[type=hidden][name=outlet][value='River Review']")


def test_a_page_past_the_end_says_how_many_there_are(client: FlaskClient) -> None:
    for number in ("7", "999999"):
        soup = page(client, f"/?q=bridge&page={number}")
        assert one(soup, ".nothing p:first-child").get_text() == (
            f"There is no page {number}; the last is 1."
        )
        assert one(soup, ".nothing a")["href"] == "/?q=bridge"
        assert " of 1" not in one(soup, "[role=status]").get_text()


def test_page_0_is_the_first(client: FlaskClient) -> None:
    assert one(page(client, "/?page=0"), "h1").get_text() == "Search the archive"


def test_a_language_is_named_wherever_it_is_chosen(client: FlaskClient) -> None:
    for path in ("/?language=ru", "/?q=zeppelin&language=ru"):
        soup = page(client, path)
        assert "Russian" in one(soup, "h1").get_text()
        assert one(soup, ".constraints a bdi").get_text() == "Russian"


def test_an_author_called_none_is_not_an_author_not_stated(
    tmp_path: Path,
) -> None:
    home, sources = tmp_path / "home", tmp_path / "sources"
    sources.mkdir()
    (sources / "ford.txt").write_text("The ford is open.\n", encoding="utf-8")
    (sources / "weir.txt").write_text("The weir is shut.\n", encoding="utf-8")
    (sources / "manifest.csv").write_text(
        "file,title,author\nford.txt,The ford,none\nweir.txt,The weir,\n", encoding="utf-8"
    )
    assert command(home, "init") == 0
    assert command(home, "add", sources, "--manifest", sources / "manifest.csv") == 0
    services = open_services(Home(home))
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    boxes = page(client, "/").select("#facet-author input")
    assert [each["value"] for each in boxes] == ["=none", "none"]
    assert titles(page(client, "/?author=%3Dnone")) == ["The ford"]
    assert titles(page(client, "/?author=none")) == ["The weir"]
    chosen = page(client, "/?author=%3Dnone")
    assert one(chosen, "#facet-author input[checked]")["value"] == "=none"
    assert not chosen.select("#search input[type=hidden]")
    services.catalogue.close()


def test_the_newest_records_do_not_say_their_titles_twice(client: FlaskClient) -> None:
    for each in page(client, "/").select(".found"):
        title = one(each, "h3").get_text()
        snippets = [snippet.get_text() for snippet in each.select("a.snippet")]
        assert len(snippets) <= 1
        assert not any(snippet.startswith((title, "…")) for snippet in snippets)


def test_the_form_keeps_what_no_control_shows(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge&sort=oldest&mode=any&equivalents=off&outlet=River+Review")
    hidden = {(str(i["name"]), str(i["value"])) for i in soup.select("#search [type=hidden]")}
    assert hidden == {("sort", "oldest"), ("mode", "any"), ("equivalents", "off")}


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=999999", "sort=best", "mode=none", "outlet=", "x=1",
     "q=%00%1b%ff", "outlet=%ff", "q=%ed%a0%80", "author=" + "n" * 9000],
)  # fmt: skip
def test_odd_parameters_are_no_error(client: FlaskClient, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 200


def test_everything_has_a_label_and_a_place(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge")
    for control in soup.select("input[type=search], input[type=text]"):
        assert soup.select(f"label[for={control['id']}]")
    assert one(soup, "main#main")
    assert one(soup, "header.masthead nav[aria-label]")
    assert one(soup, "a.skip")["href"] == "#main"
    ids = [str(each["id"]) for each in soup.select("[id]")]
    assert len(ids) == len(set(ids))
