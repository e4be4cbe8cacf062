"""Answers to a survey, from the export of whatever tool fielded it."""
