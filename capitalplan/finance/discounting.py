"""Present values in exact whole-number arithmetic over arrays."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["present_values"]

BILLIONTH = 1_000_000_000


def present_values(
    yearly: npt.NDArray[np.int64], terminal: npt.NDArray[np.int64], discount: tuple[Fraction, ...]
) -> npt.NDArray[np.int64]:
    """Discounted cost of each row, rounded half up to whole pounds.

    Parameters
    ----------
    yearly
        Net cost by year, £, shape ``(n, T)``.
    terminal
        Worth at the end, £, shape ``(n,)``.
    discount
        Factors with nine decimals, positions ``0..T``.

    Notes
    -----
    Exact in 64-bit whole numbers while the undiscounted sum of a row stays under £9 billion.
    """
    weights = _billionths(discount)
    billionths = yearly @ weights[:-1] - terminal * weights[-1]
    return np.asarray((2 * billionths + BILLIONTH) // (2 * BILLIONTH), dtype=np.int64)


@lru_cache(maxsize=16)
def _billionths(factors: tuple[Fraction, ...]) -> npt.NDArray[np.int64]:
    return np.array([int(factor * BILLIONTH) for factor in factors], dtype=np.int64)
