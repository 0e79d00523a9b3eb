"""Composition: the only place that knows engines and reports."""
