"""What the fleet can do as it ages."""
