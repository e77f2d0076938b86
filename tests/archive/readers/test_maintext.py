from __future__ import annotations

from archive.readers.maintext import main_text
from archive.readers.markup import parse


def test_a_text_that_the_page_does_not_show_does_not_replace_what_it_shows() -> None:
    shown = "The quagga was seen again at the ford, said the keeper of the ferry house. " * 4
    hidden = "Nothing of this can be read on the page itself, however long it may be. " * 40
    page = f"<html><body><article><p>{shown}</p></article></body></html>"
    parsed = parse(page)
    assert parsed is not None
    assert "quagga" in main_text(parsed.root, body=hidden)
    assert "quagga" in main_text(parsed.root, body=shown + "\n\n" + hidden)
    assert "Nothing of this" in main_text(parsed.root, body=shown + "\n\n" + hidden)
