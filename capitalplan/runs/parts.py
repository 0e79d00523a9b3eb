"""What a run folder is made of, and what its files hash to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = [
    "APPROVED",
    "DECISIONS",
    "MANIFEST",
    "ORIGINAL",
    "PLAN",
    "PROOF",
    "REGISTER",
    "REPAIR",
    "SCHEMA_VERSION",
    "canonical",
    "hashes",
    "is_table",
    "seal_of",
]

SCHEMA_VERSION = "2"
MANIFEST = "manifest.json"
ORIGINAL = "input/original"
APPROVED = "input/approved.json"
DECISIONS = "input/decisions.jsonl"
REPAIR = "input/repair.json"
REGISTER = "input/register.json"
PLAN = "plan.json"
PROOF = "proof.json"


def canonical(content: Any) -> bytes:
    """Write an object as stable JSON."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def seal_of(content: Mapping[str, Any]) -> str:
    """Hash of a manifest's content, itself left out."""
    return hashlib.sha256(canonical(content)).hexdigest()


def is_table(name: str) -> bool:
    """Whether a file of the run is a table of its input."""
    return name.startswith(f"{ORIGINAL}/") and name.lower().endswith(".csv")


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file but the manifest, by its path in the folder."""
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    return {name: _digest(files[name]) for name in sorted(files) if name != MANIFEST}


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
