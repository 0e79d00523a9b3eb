"""Blank and example workbooks."""
