"""From a solution to the plan: lines, money, words, key figures."""
