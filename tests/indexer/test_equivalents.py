from archive.authority import Authority
from indexer.equivalents import MOST_NAMES, NO_NAMES, Named, names_of, rephrased
from indexer.headings import Headings, headings_of

TOWN = Authority("place", "vask", "Vask / Orrin", ("Vásk", "Bel Orm"), ("Vask", "Orrin"))


def test_names_are_equivalents_variants_and_a_heading_that_people_write() -> None:
    found = names_of([TOWN]).named(("vask",))
    assert found is not None
    assert list(found.names.names.values()) == ["Vask", "Orrin", "Bel Orm"]
    river = Authority("place", "usk", "Usk", ("Uske",), ("River Usk",))
    found = names_of([river]).named(("usk",))
    assert found is not None
    assert found.others == ("River Usk", "Uske")


def test_only_contested_names_of_places_persons_and_organisations_are_equivalent() -> None:
    without = Authority("place", "vask", "Vask", ("Orrin",))
    outlet = Authority("outlet", "vask", "Vask", (), ("Orrin",))
    target = Authority("target", "vask", "Vask", (), ("Orrin",))
    assert names_of([without, outlet, target]) == NO_NAMES


def test_a_name_of_two_sets_is_of_neither() -> None:
    other = Authority("person", "orrin", "Orrin, Ana", (), ("Orrin", "Ana Orrin"))
    names = names_of([TOWN, other])
    assert names.named(("orrin",)) is None
    assert names.named(("vask",)) is not None


def test_a_name_is_found_by_its_folded_words_and_with_an_s() -> None:
    names = names_of([TOWN])
    assert names.named(("bel", "orm")) is not None
    assert names.named(("bel",)) is None
    assert names.named(()) is None
    found = names.named(("bel", "orm's"))
    assert found is not None
    assert (found.words, found.possessive, found.typed) == (("bel", "orm"), True, "Bel Orm")


def test_a_set_has_only_so_many_names_that_are_sought() -> None:
    many = Authority("place", "p", "P", (), tuple(f"n{i}" for i in range(40)))
    found = names_of([many]).named(("n0",))
    assert found is not None
    assert len(found.names.names) == MOST_NAMES
    assert names_of([many]).named(("n39",)) is None


def test_names_in_a_run_of_words_are_found_from_the_left_the_longest_first() -> None:
    longer = Authority("organisation", "club", "Bel Orm Club", (), ("Bel Orm Club", "BOC"))
    parts = names_of([TOWN, longer]).parts(("the", "bel", "orm", "club", "of", "vask"))
    words = [part.words if isinstance(part, Named) else part for part in parts]
    assert words == [("the",), ("bel", "orm", "club"), ("of",), ("vask",)]
    assert [isinstance(part, Named) for part in parts] == [False, True, False, True]


def test_a_phrase_is_rephrased_with_other_names_itself_first() -> None:
    parts = names_of([TOWN]).parts(("old", "orrin's", "bridge"))
    assert rephrased(parts, 9) == (
        ("old", "orrin's", "bridge"),
        ("old", "vask's", "bridge"),
        ("old", "bel", "orm's", "bridge"),
    )
    assert rephrased(parts, 2) == (("old", "orrin's", "bridge"), ("old", "vask's", "bridge"))
    assert rephrased(NO_NAMES.parts(("a", "b")), 9) == (("a", "b"),)


def test_headings_offer_the_names_in_force() -> None:
    assert headings_of([TOWN]).names == names_of([TOWN])
    assert Headings().names == NO_NAMES
