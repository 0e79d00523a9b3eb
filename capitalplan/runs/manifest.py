"""The manifest: what a run was made from, how, and what came of it."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from capitalplan import __version__
from capitalplan.plan.plan import Check, Plan, RunFacts
from capitalplan.register.register import Assumption, Register
from capitalplan.runs.parts import SCHEMA_VERSION
from capitalplan.settings import settings_specs
from capitalplan.solution import Solution, SolveOptions

__all__ = ["Manifest", "describe", "run_facts", "settings_used"]

_LIBRARIES = ("highspy", "ortools", "pulp", "numpy", "scipy", "pandas", "pydantic", "openpyxl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a run was made from, how, and what came of it.

    Attributes
    ----------
    created
        When the plan was made, UTC.
    input
        Name of the workbook or CSV folder within ``input/original``.
    core, views
        SHA-256 of each file by its path in the folder.
    options
        Gap asked for, time limit in seconds and node limit (None for none).
    objective_gbp, bound_gbp, gap
        As in the plan: £, £ and a share of one.
    certified_gbp
        No plan under these assumptions can cost less, £, as the prices in ``proof.json`` prove without any engine; None
        without prices. ``bound_gbp`` is the engine's word, or the certified bound where the engine states none.
    stop_reason
        The engine's own words.
    seconds
        Wall-clock time of the solve.
    verify
        ``accepted`` or ``refused``, the outcome of ``checks``.
    settings
        Every setting as it was used, given or default.
    assumptions
        Every default used.
    versions
        Python, system and libraries.
    """

    schema_version: str
    tool_version: str
    created: str
    network: str
    input: str
    core: Mapping[str, str]
    views: Mapping[str, str]
    engine: str
    options: Mapping[str, float | None]
    seed: int
    threads: int
    status: str
    objective_gbp: int
    bound_gbp: int | None
    gap: float | None
    certified_gbp: int | None
    stop_reason: str
    seconds: float
    verify: str
    checks: tuple[Check, ...]
    settings: Mapping[str, str | None]
    assumptions: tuple[Assumption, ...]
    versions: Mapping[str, str]


def describe(
    register: Register,
    plan: Plan,
    solution: Solution,
    options: SolveOptions,
    checks: tuple[Check, ...],
    *,
    given: str,
    core: Mapping[str, str],
    certified_gbp: int | None,
) -> Manifest:
    """Describe a run whose core is written; views are not yet known.

    Parameters
    ----------
    given
        Name of the workbook or CSV folder.
    core
        SHA-256 of each file of the core.
    certified_gbp
        Bound that the prices kept prove, £.
    """
    return Manifest(
        schema_version=SCHEMA_VERSION,
        tool_version=__version__,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        network=plan.network,
        input=given,
        core=core,
        views={},
        engine=solution.engine,
        options={"gap": options.gap, "time_limit": options.time_limit, "node_limit": options.node_limit},
        seed=options.seed,
        threads=options.threads,
        status=plan.status,
        objective_gbp=plan.objective_gbp,
        bound_gbp=plan.bound_gbp,
        gap=plan.gap,
        certified_gbp=certified_gbp,
        stop_reason=solution.message,
        seconds=solution.seconds,
        verify="refused" if any(check.breaches for check in checks) else "accepted",
        checks=checks,
        settings=settings_used(register),
        assumptions=register.assumptions,
        versions={"Python": platform.python_version(), "system": platform.platform()}
        | {name: version(name) for name in _LIBRARIES},
    )


def run_facts(manifest: Manifest, repaired: Sequence[str] = ()) -> RunFacts:
    """Write a manifest as reports show it.

    Parameters
    ----------
    repaired
        How the input given was repaired, sentence by sentence.
    """
    limit = manifest.options["time_limit"]
    facts = {
        "Input": f"{manifest.input}, repaired" if repaired else manifest.input,
        **{f"Repair {number}": words for number, words in enumerate(repaired, start=1)},
        "Planned": manifest.created,
        "Status": manifest.status,
        "Whole-life cost": f"£{manifest.objective_gbp:,}",
        "Proven bound": "none" if manifest.bound_gbp is None else f"£{manifest.bound_gbp:,}",
        "Bound certified from prices": ("none" if manifest.certified_gbp is None else f"£{manifest.certified_gbp:,}"),
        "Gap": "not proven" if manifest.gap is None else f"{manifest.gap:.2%}",
        "Gap asked for": f"{manifest.options['gap']:.2%}",
        "Time limit": "none" if limit is None else f"{limit:g} s",
        "Time taken": f"{manifest.seconds:.1f} s",
        "Stop reason": manifest.stop_reason,
        "Independent re-check": manifest.verify,
        "Engine": manifest.engine,
        "Threads": str(manifest.threads),
        "Seed": str(manifest.seed),
        "capitalplan": manifest.tool_version,
        **manifest.versions,
        **{f"SHA-256 of {name}": digest for name, digest in manifest.core.items()},
    }
    return RunFacts(facts=facts, checks=manifest.checks)


def settings_used(register: Register) -> dict[str, str | None]:
    """Every setting of a register, given or default, as a manifest writes it."""
    values = {spec.name: getattr(register.settings, spec.name) for spec in settings_specs()}
    return {name: None if value is None else str(value) for name, value in values.items()}
