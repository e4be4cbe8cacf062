"""The statistics of the study and the tests of its claims: data frames in, data frames and small results out.

To add a statistic, write a function in a module here, with its source and a worked example as doctest; call it in a notebook, and name its
numbers in `named_numbers`. A table or figure in ``report`` shows it.

For a statistic of the survey, name the numbers in `named_survey_numbers`, add a field to `survey_results.Survey`, and fill it in
`survey_from_answers.analyse`, with small groups withheld. A ``survey_results.json`` that was stored before lacks it: run ``make report``
again where the answers are.
"""
