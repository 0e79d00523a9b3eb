"""One module a family of rules, its maths in the docstring."""
