from __future__ import annotations

import pytest

from archive import password
from archive.password import hashed, matches
from tests.people import hash_cheaply


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


def test_passwords_are_hashed_as_rfc_9106_has_it_for_small_machines() -> None:
    kept = hashed("nine barges at low water")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(kept, "nine barges at low water")
    assert not matches(kept, "nine barges at high water")


@pytest.mark.usefixtures("cheap")
def test_a_hash_is_another_every_time() -> None:
    assert hashed("nine barges at low water") != hashed("nine barges at low water")


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize(
    "kept", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$", "nine barges at low water"]
)
def test_what_is_no_hash_is_opened_by_nothing(kept: str | None) -> None:
    for typed in ("nine barges at low water", "", "no hash", "a password that nobody has"):
        assert not matches(kept, typed)


@pytest.mark.usefixtures("cheap")
def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    assert matches(hashed("Zo\u00eb at the quay side"), "Zoe\u0308\u00a0at the quay side")


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("kept", ["a hash", None])
def test_whatever_is_typed_is_compared_once(
    monkeypatch: pytest.MonkeyPatch, kept: str | None
) -> None:
    real, compared = password._hasher(), []

    class Counting:
        def verify(self, hash: str, typed: bytes) -> bool:
            compared.append(len(typed))
            return bool(real.verify(hash, typed))

    kept, nobodys = kept and hashed("nine barges at low water"), hashed("x")
    monkeypatch.setattr(password, "_nobodys", lambda: nobodys)
    monkeypatch.setattr(password, "_hasher", Counting)
    for typed in ("", "wrong", "x" * 10_000_000, "\ud800"):
        assert not matches(kept, typed)
    assert len(compared) == 4
    assert max(compared) <= 4 * 1025
