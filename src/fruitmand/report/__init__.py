"""What readers see: texts, tables and figures as blocks, in every language of the edition."""
