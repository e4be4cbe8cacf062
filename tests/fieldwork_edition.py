"""Write small editions of fieldwork: one with nothing but what must be there, one with documents, two coders and two raters.

Two towns, a concept with a dimension of two variables, a variable directly under a second concept, and a topic.
"""

import csv
from pathlib import Path

NAME = "field"
SETTINGS = """edition = "field"
status = "draft"
basis = "fieldwork"
year = 2026
title = { nl = "Veldwerk", en = "Fieldwork" }
subtitle = { nl = "Een onderzoek", en = "A study" }
source = { author = "A. Author", title = "Appendix", date = 2026-11-01 }
"""
TABLES: dict[str, str] = {
    "municipalities": "municipality,position,label_nl,label_en\nlakeside,1,Meerzijde,Lakeside\nhilltop,2,Heuveltop,Hilltop\n",
    "scales": "scale,rank,symbol,label_nl,label_en\nen3,3,+/+,genoeg,enough\nen3,2,+/-,matig,moderate\nen3,1,-/-,te weinig,too little\n",
    "codebook": (
        "code,level,parent,position,label_nl,label_en,definition_nl,definition_en,polarity,pole_nl,pole_en,scale_used\n"
        "ability,concept,,1,Vermogen,Ability,Wat men kan.,What people can do.,,,,\n"
        "climate,dimension,ability,1,Klimaat,Climate,Hoe het er is.,What it is like.,,,,\n"
        "trust,variable,climate,1,Vertrouwen,Trust,Is er vertrouwen?,Is there trust?,higher_is_better,veel vertrouwen,much trust,en3\n"
        "room,variable,climate,2,Ruimte,Room,Of er ruimte is.,Whether there is room.,higher_is_better,genoeg ruimte,enough room,en3\n"
        "result,concept,,2,Uitkomst,Result,Wat het geeft.,What it gives.,,,,\n"
        "speed,variable,result,1,Snelheid,Speed,Of het snel gaat.,Whether it is fast.,higher_is_better,genoeg vaart,enough pace,en3\n"
        "process,concept,,3,Verloop,Process,Hoe het gaat.,How it goes.,,,,\n"
        "meetings,topic,process,1,Bijeenkomsten,Meetings,Wat er gebeurt.,What happens.,,,,\n"
    ),
}
VARIABLES, TOWNS = ("trust", "room", "speed"), ("lakeside", "hilltop")
DIGEST = "0123456789a"
CODED: dict[str, str] = {
    "documents": "document,file,municipality\ntalk-1,Talk 1.docx,lakeside\ntalk-2,Talk 2.docx,hilltop\ntalk-3,Talk 3.docx,\n",
    "codes": "path,code,valence,use\nClimate > Trust,trust,,yes\nvalence > opposes,,opposes,yes\nto do,,,ignore\n",
    # s001 is shared; s002 and s005 overlap by 18 of 20; s003 is anna's alone, s006 bo's alone; s004 and s007 have no positions and the
    # same words; talk-3 was coded by bo alone.
    "segments": (
        "segment_id,document,start,end,digest,coder\n"
        f"s001,talk-1,0,10,{DIGEST}0,\n"
        f"s002,talk-1,20,40,{DIGEST}1,anna\n"
        f"s003,talk-1,50,60,{DIGEST}2,anna\n"
        f"s004,talk-2,,,{DIGEST}3,anna\n"
        f"s005,talk-1,22,40,{DIGEST}4,bo\n"
        f"s006,talk-1,70,80,{DIGEST}5,bo\n"
        f"s007,talk-2,,,{DIGEST}3,bo\n"
        f"s008,talk-3,0,10,{DIGEST}6,bo\n"
    ),
    "codings_anna": (
        "segment_id,code,valence,coder\ns001,trust,supports,anna\ns002,room,opposes,anna\ns003,meetings,,anna\ns004,speed,supports,anna\n"
    ),
    "codings_bo": (
        "segment_id,code,valence,coder\n"
        "s001,trust,supports,bo\ns005,room,mixed,bo\ns006,speed,opposes,bo\ns007,speed,supports,bo\ns008,trust,opposes,bo\n"
    ),
    # the raters differ on hilltop's room (settled) and on hilltop's speed (not yet)
    "ratings": "municipality,variable,symbol,rater,segments\n"
    + "".join(f"{town},{name},+/+,anna,\n" for town in TOWNS for name in VARIABLES)
    + "lakeside,trust,+/+,bo,s001\nlakeside,room,+/+,bo,\nlakeside,speed,+/+,bo,\n"
    + "hilltop,trust,+/+,bo,\nhilltop,room,-/-,bo,\nhilltop,speed,+/-,bo,\n",
    "adjudications": "table,key,column,first,second,decision,reason_nl,reason_en\n"
    "ratings,hilltop room,symbol,+/+,-/-,second,Er is geen ruimte.,There is no room.\n",
}


def write_fieldwork(root: Path, *, coded: bool = False, settings: str = SETTINGS, **tables: str | None) -> Path:
    """Write an edition and return its folder; ``tables`` take the place of what it would have, None for a file that is absent."""
    folder = root / "data" / "raw" / NAME
    folder.mkdir(parents=True)
    (folder / "edition.toml").write_text(settings, encoding="utf-8")
    for name, text in {**TABLES, **(CODED if coded else {}), **tables}.items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def column(text: str, name: str) -> list[str]:
    """Return a column of a table that is written as text."""
    return [row[name] for row in csv.DictReader(text.splitlines())]
