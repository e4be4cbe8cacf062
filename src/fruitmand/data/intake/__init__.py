"""The intake of a fielded survey: from the export of a survey tool to the three raw tables of an edition."""
