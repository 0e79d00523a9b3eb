"""The families by name."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from tests.benchmarks.families.backlog import backlog
from tests.benchmarks.families.budgets import budgets
from tests.benchmarks.families.growth import growth
from tests.benchmarks.families.network import network
from tests.benchmarks.families.purchase_years import purchase_years, purchase_years_big_m
from tests.benchmarks.instance import Instance

__all__ = ["FAMILIES"]

FAMILIES: MappingProxyType[str, Callable[[int, int], Instance]] = MappingProxyType(
    {
        "KB": budgets,
        "NET": network,
        "GROWTH": growth,
        "BACKLOG": backlog,
        "PRES": purchase_years,
        "PRES-BIG-M": purchase_years_big_m,
    }
)
"""Draws an instance from a number of assets and a seed."""
