"""Many plans of one book: scenarios and levels, each solved by itself and written as it finishes."""
