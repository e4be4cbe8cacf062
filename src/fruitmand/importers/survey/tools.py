"""What each survey tool writes beside the answers, and how its files are known by it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fruitmand.importers.survey.text_matching import listed, squeezed


@dataclass(frozen=True)
class Tool:
    """A survey tool: how it is known, what it writes of its own, and what a blank is.

    ``signs`` are headings that give it away, together; ``ids`` tell responses apart, and the first there is counts; ``own`` are its
    other columns. Names are `squeezed`; ``pattern`` is for headings as they stand. ``no_value`` are cells with which the tool
    says that there is no answer, beside the empty one: not answered, never not applicable. ``not_applicable`` are codes that stand for
    that in a survey made with the tool, where elsewhere they may be missing values (R writes these as NA).
    """

    name: str
    signs: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    pattern: str = r"(?!)"
    no_value: frozenset[str] = frozenset()
    not_applicable: frozenset[str] = frozenset()


# A question that was shown and left open is empty or, where the export was told so, -99.
QUALTRICS = Tool(
    "Qualtrics",
    ("recordeddate", "responseid distributionchannel", "responseid userlanguage", "startdate enddate finished", "v1 v2 v3"),
    ("responseid", "recordid"),
    listed("""startdate enddate status progress durationinseconds duration finished recordeddate responseset distributionchannel
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
    listed("""submitdate datesubmitted datumingediend datumverzonden lastpage laatstepagina startlanguage starttaal begintaal seed
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
    listed("starttime completiontime lastmodifiedtime begintijd tijdvanvoltooien laatstgewijzigdop totalpoints quizfeedback"),
)
# A row of a grid left open is an empty cell.
GOOGLE = Tool("Google Forms", (), (), listed("timestamp tijdstempel score"))
# A select that was not asked and one that was left open are both empty.
KOBO = Tool(
    "Kobo/ODK",
    ("uuid submissiontime", "submissiondate key"),
    ("uuid", "metainstanceid", "instanceid", "key", "id"),
    listed("""start end today submissiondate status formhubuuid metarootuuid metainstancename metaaudit metadeprecatedid
        attachmentspresent attachmentsexpected reviewstate edits formversion"""),
    r"_\w+",
    not_applicable=frozenset({"na"}),
)
PLAIN = Tool("a plain table", (), ("respondent", "respondentid", "responseid", "id"), listed("timestamp tijdstempel date datum"))
# Other tools write SPSS files, with columns of their own. What has no value (system-missing) was left open.
SPSS = Tool(
    "SPSS",
    (),
    (*QUALTRICS.ids, *PLAIN.ids),
    QUALTRICS.own | LIMESURVEY.own | PLAIN.own | frozenset(LIMESURVEY.ids),
    rf"{QUALTRICS.pattern}|interviewtime",
)


def recognise(headings: Sequence[str]) -> Tool:
    """Return the tool that wrote a CSV or XLSX file, by the headings that it alone writes; a plain table when none did."""
    names = [squeezed(heading) for heading in headings]
    for tool in (QUALTRICS, LIMESURVEY, MICROSOFT, KOBO):
        if any(listed(sign) <= set(names) for sign in tool.signs):
            return tool
    if names[0] in ("timestamp", "tijdstempel"):
        return GOOGLE
    codes = any(re.fullmatch(r"\w+\[\w+\]", heading) for heading in headings)
    return LIMESURVEY if codes else PLAIN
