from __future__ import annotations

import pytest

from webapp.throttle import Throttle, network


def test_thirty_in_a_minute_and_then_it_is_said_how_long_to_wait() -> None:
    throttle = Throttle()
    assert [throttle.wait("192.0.2.1") for _ in range(30)] == [0] * 30
    assert 1 <= throttle.wait("192.0.2.1") <= 60


@pytest.mark.parametrize("other", ["192.0.2.2", "2001:db8::1", None, "nonsense"])
def test_one_address_does_not_use_up_what_another_may(other: str | None) -> None:
    throttle = Throttle()
    for _ in range(31):
        throttle.wait("192.0.2.1")
    assert throttle.wait(network(other)) == 0


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_addresses_of_one_network_are_one_visitor(one: str, same: str) -> None:
    throttle = Throttle()
    for _ in range(30):
        throttle.wait(network(one))
    assert throttle.wait(network(same)) > 0


def test_two_networks_are_two_visitors() -> None:
    throttle = Throttle()
    for _ in range(31):
        throttle.wait(network("2001:db8:0:1::1"))
    assert throttle.wait(network("2001:db8:0:2::1")) == 0
