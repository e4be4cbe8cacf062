"""Importers: from the export of a tool to the raw tables of an edition."""
