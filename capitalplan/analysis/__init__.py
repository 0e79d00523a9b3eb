"""What stands beside a plan: need, other ways of planning, comparison, the effect of prices and ageing curves."""
