"""Experiments on the compendium itself: time it, break it, interrupt it, and feed it invented data."""
