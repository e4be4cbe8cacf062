"""What must hold in an edition's raw files before any analysis: references, parity of languages, double entry, personal data.

Verdicts are reviewed in ``analysis.verdict_review``, texts compared in ``report.text_parity``, and finished files checked in
``outputs.disclosure``.

To add a rule about a column, change the schema of its table in ``edition.schema_*``. A rule between rows or files is a function in a module
here that gives a `Problem` for each place that breaks it; call it in `whole_edition._between_files`, which runs when each file by itself is
right. A problem of severity *unfinished* stops a published edition and not a draft; what is only not there yet, and no problem at all, is
a `ToDo` in `progress`.
"""
