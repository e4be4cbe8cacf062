"""The questionnaire of an edition as survey tools take it, and on paper."""
