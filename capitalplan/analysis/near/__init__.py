"""Plans that cost hardly more than the best: what they agree on."""
