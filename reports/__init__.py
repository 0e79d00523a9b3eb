"""Reports of a plan: workbook and page, from the same tables."""
