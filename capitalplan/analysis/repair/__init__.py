"""The smallest changes of an input that make a plan possible."""
