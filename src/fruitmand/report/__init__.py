"""What a reader sees: words, blocks, tables, figures and the document, in every language of the edition."""
