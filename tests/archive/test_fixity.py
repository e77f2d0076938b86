from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from archive import fixity
from archive.catalogue import originals as catalogued
from archive.catalogue import records
from archive.catalogue.database import Catalogue
from archive.fixity import check_all, check_due
from archive.home import Home
from archive.originals import Originals

BEGUN = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def keep(home: Home, catalogue: Catalogue, count: int, at: datetime = BEGUN) -> list[str]:
    """Originals, received at a time; their digests."""
    kept = [
        Originals(home).keep(io.BytesIO(f"original {n} of {at}".encode())) for n in range(count)
    ]
    with catalogue.writing() as connection:
        for each in kept:
            records.add_original(connection, each.digest, each.size, "text/plain", at=at)
    return [each.digest for each in kept]


def alter(home: Home, digest: str) -> None:
    path = Originals(home).path(digest)
    path.chmod(0o644)
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


def clock(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def check(home: Home, catalogue: Catalogue, at: datetime) -> int:
    return check_all(home, catalogue, agent="ana", now=clock(at))


def due(home: Home, catalogue: Catalogue, at: datetime) -> int:
    return check_due(home, catalogue, agent="timer", now=clock(at))


def damaged(catalogue: Catalogue) -> list[tuple[str, str]]:
    with catalogue.reading() as connection:
        return [(each.digest, each.reason) for each in catalogued.damaged(connection)]


def test_good_originals_pass_and_each_check_is_an_event(home: Home, catalogue: Catalogue) -> None:
    digests = keep(home, catalogue, 3)
    assert check(home, catalogue, BEGUN + DAY) == 3
    assert damaged(catalogue) == []
    with catalogue.reading() as connection:
        assert catalogued.checks(connection, BEGUN) == 3
        logged = connection.exec_driver_sql(
            "SELECT type, agent, outcome, detail FROM event WHERE digest = ?", (digests[0],)
        ).all()
    assert logged == [("fixity check", "ana", "success", f"SHA-256 {digests[0]}")]


def test_the_damaged_and_the_missing_are_found_until_they_pass_again(
    home: Home, catalogue: Catalogue
) -> None:
    digests = keep(home, catalogue, 3)
    content = Originals(home).path(digests[0]).read_bytes()
    alter(home, digests[0])
    Originals(home).path(digests[1]).unlink()
    assert check(home, catalogue, BEGUN + DAY) == 3
    altered = hashlib.sha256(Originals(home).path(digests[0]).read_bytes()).hexdigest()
    assert sorted(damaged(catalogue)) == sorted(
        [(digests[0], f"damaged: its bytes have the SHA-256 {altered}"), (digests[1], "missing")]
    )
    Originals(home).path(digests[0]).write_bytes(content)
    check(home, catalogue, BEGUN + 2 * DAY)
    assert damaged(catalogue) == [(digests[1], "missing")]


def test_a_hundred_flipped_bits_are_all_found(home: Home, catalogue: Catalogue) -> None:
    digests = keep(home, catalogue, 100)
    for digest in digests:
        alter(home, digest)
    check(home, catalogue, BEGUN + DAY)
    assert sorted(digest for digest, _ in damaged(catalogue)) == sorted(digests)


def test_a_folder_where_an_original_should_be_is_told(home: Home, catalogue: Catalogue) -> None:
    (digest,) = keep(home, catalogue, 1)
    Originals(home).path(digest).unlink()
    Originals(home).path(digest).mkdir()
    check(home, catalogue, BEGUN + DAY)
    assert damaged(catalogue) == [(digest, "cannot be read: Is a directory")]


def test_a_run_that_was_interrupted_goes_on_with_the_others(
    home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixity, "_BATCH", 2)
    keep(home, catalogue, 5)

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_all(home, catalogue, agent="ana", now=clock(BEGUN + DAY), progress=stop)
    assert check(home, catalogue, BEGUN + DAY + timedelta(hours=1)) == 3
    assert check(home, catalogue, BEGUN + DAY + timedelta(hours=2)) == 5


def test_a_run_that_was_interrupted_long_ago_begins_anew(home: Home, catalogue: Catalogue) -> None:
    keep(home, catalogue, 2)
    (home.scratch / "fixity-began").write_text((BEGUN - 9 * DAY).isoformat())
    check(home, catalogue, BEGUN)
    assert check(home, catalogue, BEGUN + timedelta(hours=1)) == 2
    (home.scratch / "fixity-began").write_text("torn")
    assert check(home, catalogue, BEGUN + timedelta(hours=2)) == 2


def test_what_is_received_today_is_not_due_today(home: Home, catalogue: Catalogue) -> None:
    keep(home, catalogue, 200)
    assert due(home, catalogue, BEGUN + timedelta(hours=2)) == 0


def test_a_day_checks_its_share_and_no_more(home: Home, catalogue: Catalogue) -> None:
    keep(home, catalogue, 200)
    assert due(home, catalogue, BEGUN + DAY) == 3
    assert due(home, catalogue, BEGUN + DAY + timedelta(hours=2)) == 0
    assert due(home, catalogue, BEGUN + 2 * DAY) == 3


def test_the_oldest_check_comes_first(home: Home, catalogue: Catalogue) -> None:
    keep(home, catalogue, 89)
    (elder,) = keep(home, catalogue, 1, at=BEGUN - DAY)
    due(home, catalogue, BEGUN + DAY)
    with catalogue.reading() as connection:
        checked = connection.exec_driver_sql("SELECT digest FROM event").scalars().all()
    assert checked == [elder]


@pytest.mark.parametrize("skipped", [(), tuple(range(40, 60))])
def test_every_original_is_checked_within_ninety_days_of_daily_runs(
    home: Home, catalogue: Catalogue, skipped: tuple[int, ...]
) -> None:
    keep(home, catalogue, 91)
    most = 0
    for day in range(1, 125):
        if day in skipped:
            continue
        checked = due(home, catalogue, BEGUN + day * DAY)
        most = max(most, checked)
        with catalogue.reading() as connection:
            assert catalogued.overdue(connection, BEGUN + (day - 90) * DAY) == 0
    assert most <= (2 if not skipped else 4)
