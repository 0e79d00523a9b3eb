"""What a little more, or less, of each limit is worth."""
