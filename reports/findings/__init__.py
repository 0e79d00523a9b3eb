"""What each table says, in one sentence: the titles of sheets and charts."""
