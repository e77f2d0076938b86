from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.query.guide import GUIDE


def test_the_help_has_every_form_of_the_language_and_its_examples_run(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/help").text, "lxml")
    forms = [each.get_text() for each in soup.select(".ways tbody th")]
    assert forms == [row.form for section in GUIDE for row in section.rows]
    examples = soup.select(".ways tbody td a")
    assert [each.get_text() for each in examples] == [
        row.example for section in GUIDE for row in section.rows
    ]
    for example in examples:
        assert client.get(str(example["href"])).status_code == 200, example


def test_the_help_says_in_which_languages_all_forms_of_a_word_are_found(
    client: FlaskClient,
) -> None:
    text = BeautifulSoup(client.get("/help").text, "lxml").get_text()
    assert "English" in text
    assert "Azerbaijani among them" in text
