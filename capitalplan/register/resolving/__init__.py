"""From rows to the frozen Register: every blank filled in."""
