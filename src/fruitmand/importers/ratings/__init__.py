"""Ratings that people filled in, in a workbook with a sheet for each rater or in a plain table, into ``ratings.csv``."""
