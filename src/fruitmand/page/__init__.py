"""What a reader sees: words, tables and figures, in every language of the edition."""
