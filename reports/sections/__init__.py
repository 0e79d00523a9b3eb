"""The parts of the page: each a finding, what to know when reading it, a chart and the figures behind it."""
