"""Money: purchases, charges to limits, remaining value, discounting, who pays."""
