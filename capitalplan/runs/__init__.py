"""The run folder: a sealed core and views that may be rewritten.

The core is the input as given (``input/original/``; repaired, where ``input/repair.json`` says how), the approved plan
it is to stay close to, if there is one (``input/approved.json``), the input as understood (``input/register.json``),
``plan.json``, the choices and prices by which others check and explain it (``proof.json``) and ``manifest.json``;
everything else in the folder is a view. A folder is built under a temporary name beside its place and takes its name
when it is whole.
"""

from capitalplan.runs.manifest import Manifest, run_facts, settings_used
from capitalplan.runs.reading import Run, read_run
from capitalplan.runs.writing import RunWriter, new_run, normalise

__all__ = ["Manifest", "Run", "RunWriter", "new_run", "normalise", "read_run", "run_facts", "settings_used"]
