"""Ratings that people filled in, in a workbook with a sheet for each rater or in a plain table, into ``ratings.csv``."""

from fruitmand.importers.ratings.command import import_ratings, is_ratings

__all__ = ["import_ratings", "is_ratings"]
