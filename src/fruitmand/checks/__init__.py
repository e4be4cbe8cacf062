"""What must hold in an edition's raw files before any analysis: references, parity of languages, double entry, personal data.

Verdicts are reviewed in ``analysis.verdict_review``, texts compared in ``report.text_parity``, and finished files checked in
``outputs.disclosure``.
"""
