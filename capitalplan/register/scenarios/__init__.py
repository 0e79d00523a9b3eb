"""What-ifs: a book with named changes made, each read and checked as if it had been typed so."""
