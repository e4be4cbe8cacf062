"""The statistics of the study and the tests of its claims: data frames in, data frames and small results out."""
