"""Changes to a problem, before an engine sees it, that keep its best value, in the order in which they are made.

``cohorts`` merges identical machines; ``tightening`` tightens bounds; ``lumps`` cuts off fractions of machines;
``totals`` adds columns to branch on. Each takes a problem and returns one; columns stay what they are, but for cohorts,
which know the way back, and totals, which stand behind all others.
"""
