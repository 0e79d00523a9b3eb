"""The figures of the reports by topic, as cells of the tables that ``reports.tables`` makes."""
