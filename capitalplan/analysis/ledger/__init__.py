"""What was decided for each machine and addition, and what anything else would cost."""
