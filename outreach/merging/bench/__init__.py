"""How fast duplicates are found, and how well: measured in a database of its own."""
