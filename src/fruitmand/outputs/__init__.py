"""What a reader gets: PDF, pages, sheets and questionnaires, and the disclosure check before them.

To add a kind of file, write it in `report_files`; a kind that a job of its own makes is listed in ``WRITERS`` there and in
``pipeline.order``. The disclosure check must be able to look through it: a reader in `text_extraction`, listed in `disclosure`, where
``ADVICE`` names the kinds that may be published. A new form of the whole report gets its link in `site`. Its library goes into
``report.software``, what it imports into ``pipeline.preload``, and a kind of job into ``_KINDS`` of ``pipeline.build``, where jobs have an
order.
"""
