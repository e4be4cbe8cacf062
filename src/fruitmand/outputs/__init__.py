"""What a reader gets: PDF, pages, sheets and questionnaires, and the disclosure check before them.

A new kind of file is written by `report_files`, and the disclosure check must be able to look through it: a reader in
`text_extraction`, named in `disclosure`. Its library goes into ``report.software`` and, when it is slow to import, into
``pipeline.preload``.
"""
