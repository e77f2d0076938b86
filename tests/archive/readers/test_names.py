import pytest

from archive.readers.names import credits_of
from archive.record import Contributor


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("By Tomas Ravnik", ("Tomas Ravnik",)),
        ("BY TOMAS RAVNIK AND EDA SORAL", ("TOMAS RAVNIK", "EDA SORAL")),
        ("Von Ilse Wendt und Jörg Kaspar", ("Ilse Wendt", "Jörg Kaspar")),
        ("Par Odile Mercant", ("Odile Mercant",)),
        ("Автор: Нина Велина", ("Нина Велина",)),
        ("Müəllif: Ləman Qarayeva", ("Ləman Qarayeva",)),
        ("Tomas Ravnik, Senior Correspondent", ("Tomas Ravnik",)),
        ("Tomas Ravnik, Eda Soral and Pia Lund", ("Tomas Ravnik", "Eda Soral", "Pia Lund")),
        ("Ravnik, Tomas", ("Tomas Ravnik",)),
        ("Tomas Ravnik in Velograd", ("Tomas Ravnik",)),
        ("Tomas Ravnik (Velan Wire)", ("Tomas Ravnik",)),
        ("Tomas Ravnik 9 March 2031", ("Tomas Ravnik",)),
        ("tomas@example.org Tomas Ravnik", ("Tomas Ravnik",)),
        ("Jong, Tomas de", ("Tomas de Jong",)),
        ("Tomas Ravnik/VW-X", ("Tomas Ravnik",)),
        ("© Tomas Ravnik Tomas Ravnik", ("Tomas Ravnik",)),
        ("Pressemitteilung von Tomas Ravnik", ("Tomas Ravnik",)),
        ("Tomas Ravnik (avec Eda Soral et Pia Lund)", ("Tomas Ravnik",)),
        ("Organization for Harbour Works", ("Organization for Harbour Works",)),
        ("Follow @tomas", ()),
        ("Last updated: 9 March 2031", ()),
        ("Source: Velan Wire", ()),
        ("12 posts", ()),
        ("<a href='/x'>Tomas Ravnik</a>", ("Tomas Ravnik",)),
        ("https://example.org/tomas", ()),
        ("Staff", ()),
        ("admin", ()),
        ("By", ()),
        ("", ()),
    ],
)
def test_author_statements_yield_clean_names(written: str, authors: tuple[str, ...]) -> None:
    assert credits_of(written).authors == authors


def test_an_editor_in_a_byline_is_a_contributor_and_ends_at_the_comma() -> None:
    credits = credits_of("By Eda Soral, Edited by Pia Lund, head of desk at the Velan Herald")
    assert credits.authors == ("Eda Soral",)
    assert credits.contributors == (Contributor("Pia Lund", "editor"),)


def test_a_photo_credit_is_no_author() -> None:
    credits = credits_of("By Eda Soral | Photos by Jan Orlik")
    assert credits.authors == ("Eda Soral",)
    assert credits.contributors == (Contributor("Jan Orlik", "photographer"),)


def test_a_particle_belongs_to_a_name_that_is_stated_as_such() -> None:
    assert credits_of("Da Costa Lima").authors == ("Da Costa Lima",)
    assert credits_of("Di Marco Bellin", visible=True).authors == ("Marco Bellin",)
