"""Charts of the page, drawn from its tables and nothing else."""
