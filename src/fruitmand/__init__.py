"""fruitmand: a reproducible research compendium of *Leren van de fruitmand*.

Its rooms, of which each may use those before it:

- ``edition``: what an edition is (settings, schemas, reading, sealing), and what every room needs (errors, files, commands);
- ``checks``: what must hold in its raw files;
- ``importers``: from a tool's export to raw tables, of coded interviews, ratings and answers to a survey;
- ``analysis``: statistics and claims, from frames to frames;
- ``report``: words, blocks, tables, figures, and the step that a notebook works with;
- ``outputs``: PDF, pages, sheets, questionnaire, and the disclosure check before them;
- ``pipeline``: the build, which finds what has to be made anew, runs it and records what it read.
"""

__version__ = "0.1.0"
