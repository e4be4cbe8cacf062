"""What an edition is: its settings, the schemas of its tables, reading, sealing, and the errors that name file, row and rule."""
