"""What people decided on a plan: each decision, and the log that keeps them."""

from capitalplan.decisions.decision import (
    MOST_NAME,
    MOST_REASON,
    Decision,
    Ruling,
    Treatment,
    clean,
    from_object,
    standing,
    to_object,
)
from capitalplan.decisions.log import LOG, Log, append, read_kept, read_log

__all__ = [
    "LOG",
    "MOST_NAME",
    "MOST_REASON",
    "Decision",
    "Log",
    "Ruling",
    "Treatment",
    "append",
    "clean",
    "from_object",
    "read_kept",
    "read_log",
    "standing",
    "to_object",
]
