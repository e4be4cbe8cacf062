"""What readers see: texts, tables and figures as blocks, in every language of the edition.

To add a text, write it under ``[text]`` in ``text/nl.toml`` and ``text/en.toml``, or, when it is about one study, in ``texts.nl.toml`` and
``texts.en.toml`` in the folder of its edition, where it replaces a shared text of the same key. Show it with ``step.say`` in a notebook.
Then read it in both languages and run ``make texts``.

To add a table or figure, write a function of `Words` and data in a module ``tables_*`` or ``figures_*``, and show it with ``step.table`` or
``step.figure``. Its words stand in the same files, under ``[title]``, ``[column]`` and, where it has a note, ``[note]``; those of a figure
also under ``[alt]``.
"""
