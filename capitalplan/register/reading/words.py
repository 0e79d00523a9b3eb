"""The words people use: aliases of choices, words for a blank, and how words are compared."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

__all__ = ["ALIASES", "BLANK", "LOSSY", "NOTHING", "clean", "nearest", "plain_key"]

BLANK = frozenset({"", "-", "--", "\u2013", "\u2014", ".", "n/a", "na", "n.a.", "not applicable"})
"""A cell meant to be blank."""

NOTHING = frozenset({"none", "null", "nil"})
"""A blank among words; among numbers it might mean 0, so there it is a fault."""

LOSSY = frozenset({"tbc", "tbd", "tba", "to be confirmed", "unknown", "not known", "?", "??", "unk"})
"""Filled, yet it says nothing: read as a blank, with a warning."""

_SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")


def clean(text: str) -> str:
    """Drop invisible characters and stray spaces, non-breaking ones included."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def plain_key(text: str) -> str:
    """Letters and digits of a text in lower case: what is left when case, spaces and signs do not count."""
    return re.sub(r"[\W_]+", "", text.casefold())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Known word nearest to a mistyped one, case and signs aside; None if nothing is near."""
    keys = {plain_key(item): item for item in known}
    match = difflib.get_close_matches(plain_key(word), keys, n=1, cutoff=0.75)
    return keys[match[0]] if match else None


_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "CT": ("CT scanner", "computed tomography", "CAT scanner"),
    "MR": ("MRI", "MRI scanner", "MR scanner", "magnetic resonance", "magnetic resonance imaging"),
    "DX": ("XR", "X-ray", "DR", "plain film", "plain X-ray", "general X-ray", "digital X-ray", "digital radiography",
           "general radiography", "radiography", "X-ray room"),
    "CR": ("computed radiography",),
    "RF": ("fluoroscopy", "fluoro", "R&F", "screening room"),
    "XA": ("angiography", "angio", "X-ray angiography", "interventional", "interventional radiology", "cath lab", "IR"),
    "MG": ("mammography", "mammo", "mammogram", "tomosynthesis"),
    "US": ("ultrasound", "ultrasound scanner", "USS"),
    "NM": ("nuclear medicine", "gamma camera", "SPECT", "SPECT-CT"),
    "PT": ("PET", "PET-CT", "PET scanner"),
    "BMD": ("DEXA", "DXA", "bone density", "bone densitometry"),
    "owned": ("purchased", "purchase", "bought", "trust purchase", "trust owned", "trust", "capital purchase",
              "outright purchase"),
    "charity": ("charitable", "charity funded", "charitable funds", "donated", "donation", "league of friends"),
    "lease": ("leased", "operating lease", "finance lease", "rental", "rented", "hire"),
    "managed service": ("MES", "managed equipment service", "managed", "managed service contract"),
    "pfi": ("private finance initiative", "private finance"),
    "replace": ("replacement",),
    "add": ("addition", "additional", "new"),
    "retire": ("retirement", "decommission", "remove"),
    "ordered": ("order placed", "on order"),
    "committed": ("approved",),
    "idea": ("proposed", "proposal", "planned"),
    "unscheduled": ("emergency", "A&E", "inpatient", "inpatients", "A&E and inpatients", "acute"),
    "waiting list": ("elective", "outpatient", "outpatients", "GP", "outpatients and GP", "DM01"),
    "planned": ("surveillance", "follow-up", "scheduled"),
    "extended hours": ("extra hours", "overtime", "evenings and weekends", "longer days"),
    "mobile van": ("van", "mobile scanner", "mobile unit", "mobile days", "trailer"),
    "outside provider": ("independent sector", "private provider", "outsourced scans", "outsourcing"),
    "outsourced reporting": ("teleradiology", "reporting outsourced", "outsourced reports"),
    "radiographer": ("radiographers", "diagnostic radiographer", "diagnostic radiographers"),
    "radiologist": ("radiologists", "consultant radiologist", "consultant radiologists"),
    "reporting radiographer": ("reporting radiographers", "radiographer reporter", "radiographer reporters"),
    "together": ("same year", "in the same year"),
    "after": ("later than",),
    "not the same year": ("apart", "different years", "different year", "not together"),
})  # fmt: skip

ALIASES: Mapping[str, str] = MappingProxyType({
    plain_key(alias): word for word, aliases in _WORDS.items() for alias in aliases
})  # fmt: skip
"""Word of a choice by the plain key of what people call it."""
