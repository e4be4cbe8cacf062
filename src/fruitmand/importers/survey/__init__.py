"""Import the answers to a survey from the export of any of the common survey tools."""
