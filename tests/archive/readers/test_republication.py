import pytest

from archive.readers.republication import republished_from


@pytest.mark.parametrize(
    ("notice", "source"),
    [
        ("This article was originally published by the Amsa Courier.", "Amsa Courier"),
        ("Originally published on amsacourier.example", "amsacourier.example"),
        ("(This post is republished from Amsa Courier.)", "Amsa Courier"),
        ("This story first appeared in Amsa Courier on 9 March 2031.", "Amsa Courier"),
        ("Republished with permission from Amsa Courier.", "Amsa Courier"),
        ("This article is republished from Amsa Courier under a licence.", "Amsa Courier"),
        ("Dieser Artikel erschien zuerst im Amsa-Kurier.", "Amsa-Kurier"),
        ("Cet article a été initialement publié par Le Phare.", "Le Phare"),
        ("Este artículo fue publicado originalmente en El Faro.", "El Faro"),
        ("Статья была впервые опубликована в издании «Маяк».", "Маяк"),
        ("Bu məqalə ilk dəfə Mayak saytında dərc olunub.", "Mayak"),
        ("Bu yazı ilk olarak Fener'de yayımlanmıştır.", "Fener"),
        ("Հոդվածն առաջին անգամ հրապարակվել է Փարոս կայքում։", "Փարոս"),
    ],
)
def test_a_notice_names_the_first_publisher(notice: str, source: str) -> None:
    assert republished_from(notice) == source


@pytest.mark.parametrize(
    "sentence",
    [
        "This article was originally published on 9 March 2031.",
        "This article was first published in March 2031.",
        "The harbour report was published by the ministry in May.",
        "He republished his memoirs from exile.",
        "",
    ],
)
def test_other_sentences_are_no_notice(sentence: str) -> None:
    assert republished_from(sentence) is None
