"""Equipment in: the workbook, its checks, and the frozen register."""
