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


def test_a_year_is_a_link_and_chosen_again_it_is_given_up(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge")
    link = next(each for each in soup.select(".years a") if each.get_text().startswith("2024"))
    assert link["href"] == "/?q=bridge&from=2024&to=2024"
    chosen = page(client, str(link["href"]))
    assert one(chosen, ".years a[aria-current]")["href"] == "/?q=bridge"


def test_dates_not_stated_can_be_asked_for(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge")
    link = next(each for each in soup.select(".years a") if "not stated" in each.get_text())
    found = page(client, str(link["href"]))
    assert titles(found) == ["bridge closed"]


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
    assert len(soup.select(".mistake p")) == 3


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
    assert not chosen.select("form input[type=hidden]")
    services.catalogue.close()


def test_the_newest_records_do_not_say_their_titles_twice(client: FlaskClient) -> None:
    for each in page(client, "/").select(".found"):
        title = one(each, "h3").get_text()
        snippets = [snippet.get_text() for snippet in each.select("a.snippet")]
        assert len(snippets) <= 1
        assert not any(snippet.startswith((title, "…")) for snippet in snippets)


def test_the_form_keeps_what_no_control_shows(client: FlaskClient) -> None:
    soup = page(client, "/?q=bridge&sort=oldest&mode=any&equivalents=off&outlet=River+Review")
    hidden = {(str(i["name"]), str(i["value"])) for i in soup.select("form input[type=hidden]")}
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
