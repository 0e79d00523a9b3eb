"""Frozen settings of a plan: horizon, rates, prices and policies, each with its unit, meaning and source.

The fields of ``Settings`` are the one list from which the Settings sheet, its template, its checks and the table of
defaults are made. Rates and shares are exact fractions of one; money is whole pounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from capitalplan.settings.money import MoneySettings
from capitalplan.settings.planning import EndOfSupportPolicy, TerminalValue
from capitalplan.settings.spec import SettingSpec

__all__ = ["EndOfSupportPolicy", "SettingSpec", "Settings", "TerminalValue", "settings_specs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(MoneySettings):
    """Every assumption that is not tied to one machine, site or catalogue option."""

    @property
    def years(self) -> int:
        """Number of years in the horizon, T."""
        return self.firm_years + self.indicative_years

    @property
    def horizon(self) -> tuple[int, ...]:
        """The financial years of the plan, in order."""
        return tuple(range(self.start_year, self.start_year + self.years))

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Settings:
        """Build settings from checked values by name; names that are absent keep their defaults."""
        return cls(**values)


def settings_specs() -> tuple[SettingSpec, ...]:
    """List every setting, in the order in which the Settings sheet shows them."""
    return tuple(SettingSpec(name=f.name, default=f.default, **f.metadata) for f in fields(Settings))
