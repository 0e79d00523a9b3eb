"""What single machines, contracts and rooms cost and give, recomputed."""
