"""Import coded interviews: from the project or table of a tool of qualitative research to the segments and codings of an edition.

What happens, in order: `reading` tells the tool by the content of the file and gives one structure for all of them, `project.CodedProject`;
`document_map` and `code_map` say what the tool's documents and codes are in the edition; `assembly` makes segments of the passages, of
which those that are there already keep their ids; `replacing` puts a coder's codings in the place of the earlier ones; `command` writes
all tables. Paraphrases come in by a workbook of their own, `paraphrases`.

To add a tool, write a module with ``is_...`` and ``read_...`` for a table that it exports, or with ``TABLES`` and ``read_...`` for its
database, and list it in `reading`. Add a new kind of project file to the patterns of raw files in ``outputs.disclosure`` as well, by its
name and by how it begins, so that the disclosure check refuses it.
"""
