"""Capital, who bears and pays it, price tiers, the revenue statement and the business-case route, recomputed."""
