from __future__ import annotations

from tests.crash.state_machine import run


def test_the_archive_and_a_plain_model_agree_whatever_is_done() -> None:
    run(4, 12, always_the_same=True)
