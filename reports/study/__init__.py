"""Reports on many plans of one book: scenarios side by side, and levels as curves."""
