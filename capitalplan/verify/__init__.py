"""The independent re-check of a plan: a second implementation of the model page, without any solver."""

from __future__ import annotations

from capitalplan.verify.recheck import Report, verify

__all__ = ["Report", "verify"]
