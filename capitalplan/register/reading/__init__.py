"""From a workbook or CSV folder to rows that remember their cells."""
