"""The sheets of the plan's workbook."""
