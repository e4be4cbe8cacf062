"""The questionnaire of an edition as files that survey tools import, and on paper."""
