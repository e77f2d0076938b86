"""On the sample archive, whose towns have several names."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient


def page(client: FlaskClient, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "lxml")


def total(soup: BeautifulSoup) -> int:
    return int(soup.select("[role=status]")[0].get_text().split()[0])


def test_the_names_that_are_sought_as_well_are_told_and_can_be_switched_off(
    sample: FlaskClient,
) -> None:
    soup = page(sample, "/?q=Tikhobrod")
    (notice,) = soup.select(".names")
    text = " ".join(notice.get_text().split())
    assert text.startswith("Also sought: Bel Orme, Tihobród, Тихоброд")
    assert "(equivalent names of Tikhobrod)" in text
    off, lens = (str(each["href"]) for each in notice.select("a"))
    assert (off, lens) == ("/?q=Tikhobrod&equivalents=off", "/names?q=Tikhobrod")
    alone = page(sample, off)
    assert total(alone) < total(soup)
    assert {each.get_text() for each in alone.select(".found mark")} == {"Tikhobrod"}
    assert [str(each["href"]) for each in alone.select(".names a")] == ["/?q=Tikhobrod"]


def test_the_lens_shows_which_outlet_uses_which_name(sample: FlaskClient) -> None:
    soup = page(sample, "/names?q=Tikhobrod")
    assert soup.select("caption")[0].get_text() == "Bel Orme / Tikhobrod"
    names = [each.get_text() for each in soup.select("thead th")]
    assert names[:5] == ["Outlet", "Bel Orme", "Tikhobrod", "Tihobród", "Тихоброд"]
    rows = {
        row.select("th")[0].get_text(): [int(td.get_text()) for td in row.select("td")]
        for row in soup.select("tbody tr")
    }
    assert rows["Le Méridien de Casterne"][0] == 2
    assert rows["Вести с переправы"][:4] == [0, 0, 0, 3]
    link = soup.select("tbody th a")[0]
    assert "&outlet=" in str(link["href"])


def test_a_search_without_such_a_name_says_so(sample: FlaskClient) -> None:
    assert "No word of this search" in page(sample, "/names?q=ferry").select(".note")[0].get_text()
    off = page(sample, "/names?q=Tikhobrod&equivalents=off")
    assert off.select(".note a")[0]["href"] == "/?q=Tikhobrod"
