"""From the register to a mixed-integer problem; no engine in sight."""
