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
# The columns that LimeSurvey adds, as its export page writes them in English, Dutch, German and French; older words beside newer ones.
_LIMESURVEY_ID = ("id", "Response ID", "Respons-ID", "Antwoord ID", "Antwort ID", "Antwort-ID", "ID de la réponse")
_LIMESURVEY_SUBMITTED = (
    *("submitdate", "Date submitted", "Datum verzonden", "Datum ingediend", "Datum Abgeschickt", "Date de soumission"),
    "Abgeschickt am",
)
_LIMESURVEY_OTHERS = (
    *("lastpage", "Last page", "Last page seen", "Laatste pagina", "Letzte Seite", "Dernière page"),
    *("startlanguage", "Start language", "Begin taal", "Begintaal", "Starttaal", "Start-Sprache", "Langue de départ"),
    *("startdate", "Date started", "Datum gestart", "Startdatum", "Datum van start", "Datum gestartet", "Date de lancement"),
    *("datestamp", "Date last action", "Datum laatste actie", "Datum laatste activiteit", "Datum letzte Aktivität"),
    *("Date de la dernière action", "Total time", "Totale tijd", "Gesamtzeit", "Temps total"),
)
_LIMESURVEY_SEED = ("seed", "Seed", "Plaats", "Zufallsstartwert", "Zufallsgeneratorstartwert", "Tête de série", "Graine")
LIMESURVEY_HEADINGS = tuple(
    heading for heading in (*_LIMESURVEY_ID, *_LIMESURVEY_SUBMITTED, *_LIMESURVEY_OTHERS) if len(heading) > 8 and not heading.islower()
)
"""Headings that LimeSurvey alone writes."""
SUBMITTED = frozenset(map(alphanumeric, _LIMESURVEY_SUBMITTED))
"""The column of LimeSurvey that is empty until a response is submitted, `alphanumeric`."""
SEED = frozenset(map(alphanumeric, _LIMESURVEY_SEED))
"""The seed of LimeSurvey's random order; its Dutch word, *Plaats*, may be a question too, and counts among the first columns alone."""

# Not submitted (no submitdate) and not reached are empty; a question that a condition hid is empty too, or "N/A".
LIMESURVEY = Tool(
    "LimeSurvey",
    (*SUBMITTED, "lastpage startlanguage"),
    tuple(map(alphanumeric, _LIMESURVEY_ID)),
    SUBMITTED | set(map(alphanumeric, _LIMESURVEY_OTHERS)),
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
# Questions in one row of headings, the rows of a grid in the next; an item left open is an empty cell.
SURVEYMONKEY = Tool(
    "SurveyMonkey",
    ("respondentid collectorid", "respondentid verzamelaarid"),
    ("respondentid",),
    word_set("collectorid verzamelaarid datecreated aanmaakdatum datemodified wijzigingsdatum customdata1 aangepastegegevens1"),
)
# Fields as variable names or, in an export of labels, as questions; checkboxes as name___code; a form has a column of its state.
REDCAP = Tool(
    "REDCap",
    ("recordid complete", "recordid redcapeventname", "recordid eventname", "recordid redcapsurveyidentifier", "recordid surveyidentifier"),
    ("recordid",),
    word_set("""redcapeventname eventname redcaprepeatinstrument repeatinstrument redcaprepeatinstance repeatinstance redcapsurveyidentifier
        surveyidentifier redcapdataaccessgroup dataaccessgroup surveytimestamp complete"""),
    r"\w+_(complete|timestamp)",
)
# A row a participant or, of a survey, an invitation; its codes for missing values mean several things, which is asked once.
CASTOR = Tool(
    "Castor",
    ("participantid participantstatus", "participantid surveyinstanceid", "castorparticipantid surveyinstanceid"),
    ("surveyinstanceid", "castorparticipantid", "participantid"),
    word_set("""participantstatus siteabbreviation randomizationid randomizationgroup randomizedon participantcreationdate
        surveycreationdate surveysentdate surveyprogress surveycompletedon surveyparent surveypackagename surveypackageid"""),
)
PLAIN = Tool("a plain table", (), ("respondent", "respondentid", "responseid", "id"), word_set("timestamp tijdstempel date datum"))
# Other tools write SPSS files, with columns of their own. What has no value (system-missing) was left open.
SPSS = Tool(
    "SPSS",
    (),
    (*QUALTRICS.id_columns, *PLAIN.id_columns),
    QUALTRICS.own_columns | LIMESURVEY.own_columns | SEED - {"plaats"} | PLAIN.own_columns | frozenset(LIMESURVEY.id_columns),
    rf"{QUALTRICS.own_pattern}|interviewtime",
)


def recognise(headings: Sequence[str]) -> Tool:
    """Return the tool that wrote a CSV or XLSX file, by headings that only it writes; a plain table when no tool is recognised."""
    names = [alphanumeric(heading) for heading in headings]
    codes_before_texts = {alphanumeric(heading.partition(". ")[0]) for heading in headings}
    for tool in (QUALTRICS, LIMESURVEY, MICROSOFT, KOBO, SURVEYMONKEY, REDCAP, CASTOR):
        known = {*names, *codes_before_texts} if tool is LIMESURVEY else set(names)
        if any(word_set(sign) <= known for sign in tool.signatures):
            return tool
    if "recordid" in names and any(re.fullmatch(r"[a-z]\w*_complete", heading) for heading in headings):
        return REDCAP
    if names[0] in ("timestamp", "tijdstempel"):
        return GOOGLE
    codes = any(re.fullmatch(r"\w+\[\w+\]", heading) for heading in headings)
    return LIMESURVEY if codes else PLAIN
