"""The survey tools: by which headings their exports are recognised, which columns they add, and how they write a missing value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fruitmand.importers.survey.text_matching import alphanumeric, word_set


@dataclass(frozen=True)
class Tool:
    """A survey tool: how its exports are recognised, which columns it adds, and how it writes missing values.

    ``signatures`` are sets of headings, each of which identifies the tool; ``id_columns`` identify responses, and the first one that is
    present is used; ``own_columns`` are its other columns, and ``own_pattern`` matches further ones. Names are `alphanumeric`, the pattern
    is for headings as they are. ``no_value`` are cells that mean *not answered*, besides the empty one. ``not_applicable`` are codes that
    mean *not applicable* in this tool; elsewhere they may be missing values (R writes these as NA).
    """

    name: str
    signatures: tuple[str, ...] = ()
    id_columns: tuple[str, ...] = ()
    own_columns: frozenset[str] = frozenset()
    own_pattern: str = r"(?!)"
    no_value: frozenset[str] = frozenset()
    not_applicable: frozenset[str] = frozenset()


# A question that was shown and left open is empty or, where the export was told so, -99.
QUALTRICS = Tool(
    "Qualtrics",
    ("recordeddate", "responseid distributionchannel", "responseid userlanguage", "startdate enddate finished", "v1 v2 v3"),
    ("responseid", "recordid"),
    word_set("""startdate enddate status progress durationinseconds duration finished recordeddate responseset distributionchannel
        userlanguage qlanguage qrecaptchascore qrelevantidduplicate qrelevantidduplicatescore qrelevantidfraudscore
        qrelevantidlaststartdate qduplicaterespondent qballotboxstuffing qterminateflag qtotalduration qstraightliningcount
        qstraightliningpercentage qstraightliningquestions qunansweredpercentage qunansweredquestions qpopulateresponse"""),
    r".*_(First Click|Last Click|Page Submit|Click Count)|\w+_DO(_\d+)?",
    frozenset({"-99"}),
)
# Not submitted (no submitdate) and not reached are empty; a question that a condition hid is empty too, or "N/A".
LIMESURVEY = Tool(
    "LimeSurvey",
    ("submitdate", "datesubmitted", "datumingediend", "datumverzonden", "lastpage startlanguage"),
    ("id", "responseid", "antwoordid", "responsid"),
    word_set("""submitdate datesubmitted datumingediend datumverzonden lastpage laatstepagina startlanguage starttaal begintaal seed
        startdate datestarted datumgestart datestamp datelastaction datumlaatsteactie totaltime"""),
    r"interviewtime|\w+Time\d*",
    frozenset({"n/a"}),
    frozenset({"na"}),
)
# An item left open is an empty cell, also in a section that was skipped.
MICROSOFT = Tool(
    "Microsoft Forms",
    ("starttime completiontime", "begintijd tijdvanvoltooien"),
    ("id",),
    word_set("starttime completiontime lastmodifiedtime begintijd tijdvanvoltooien laatstgewijzigdop totalpoints quizfeedback"),
)
# A row of a grid left open is an empty cell.
GOOGLE = Tool("Google Forms", (), (), word_set("timestamp tijdstempel score"))
# A select that was not asked and one that was left open are both empty.
KOBO = Tool(
    "Kobo/ODK",
    ("uuid submissiontime", "submissiondate key"),
    ("uuid", "metainstanceid", "instanceid", "key", "id"),
    word_set("""start end today submissiondate status formhubuuid metarootuuid metainstancename metaaudit metadeprecatedid
        attachmentspresent attachmentsexpected reviewstate edits formversion"""),
    r"_\w+",
    not_applicable=frozenset({"na"}),
)
PLAIN = Tool("a plain table", (), ("respondent", "respondentid", "responseid", "id"), word_set("timestamp tijdstempel date datum"))
# Other tools write SPSS files, with columns of their own. What has no value (system-missing) was left open.
SPSS = Tool(
    "SPSS",
    (),
    (*QUALTRICS.id_columns, *PLAIN.id_columns),
    QUALTRICS.own_columns | LIMESURVEY.own_columns | PLAIN.own_columns | frozenset(LIMESURVEY.id_columns),
    rf"{QUALTRICS.own_pattern}|interviewtime",
)


def recognise(headings: Sequence[str]) -> Tool:
    """Return the tool that wrote a CSV or XLSX file, by headings that only it writes; a plain table when no tool is recognised."""
    names = [alphanumeric(heading) for heading in headings]
    for tool in (QUALTRICS, LIMESURVEY, MICROSOFT, KOBO):
        if any(word_set(sign) <= set(names) for sign in tool.signatures):
            return tool
    if names[0] in ("timestamp", "tijdstempel"):
        return GOOGLE
    codes = any(re.fullmatch(r"\w+\[\w+\]", heading) for heading in headings)
    return LIMESURVEY if codes else PLAIN
