"""From a tool's export to the raw tables of an edition."""
