"""What an edition is: settings, schemas, reading, sealing; and what every room needs: errors, files, and how commands tell errors.

The tables of fieldwork, which any tool may have given, are brought into the form of a publication's (`settled_fieldwork`) for whoever asks
an `Edition` for them; its ``given`` has them as their files do, for checks of what a person wrote.
"""
