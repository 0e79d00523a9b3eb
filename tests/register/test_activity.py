from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from capitalplan.register.resolving.activity import apportion, split_by_activity


def test_parts_follow_the_weights_and_the_largest_remainder() -> None:
    assert apportion(1501, (600, 400)) == (901, 600)
    assert apportion(10, (1, 1, 1)) == (4, 3, 3)
    assert apportion(7, (0, 0)) == (4, 3)
    assert apportion(0, (3, 0)) == (0, 0)


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_parts_add_up_and_none_is_a_unit_off(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    if any(weights):
        assert all(
            abs(part * sum(weights) - total * each) < sum(weights) for part, each in zip(parts, weights, strict=True)
        )


def test_sites_without_machines_get_equal_parts_only_where_none_has_any() -> None:
    assert split_by_activity(9, "CT", ["A", "B"], {("CT", "A"): 5}) == {"A": 9, "B": 0}
    assert split_by_activity(9, "MR", ["A", "B"], {("CT", "A"): 5}) == {"A": 5, "B": 4}
