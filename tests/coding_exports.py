"""Small coded projects as the tools export them: invented interviews, real layouts."""

import sqlite3
import zipfile
from xml.sax.saxutils import quoteattr

import openpyxl

TEXT = "Wij leren veel 😀 van elkaar. De kring geeft ons tijd."


def guid(number):
    return f"00000000-0000-0000-0000-{number:012x}"


def code_xml(number, name, *inner, codable="true", description=""):
    described = f"<Description>{description}</Description>" if description else ""
    return f'<Code guid="{guid(number)}" name={quoteattr(name)} isCodable="{codable}">{described}{"".join(inner)}</Code>'


CODES = code_xml(1, "learning", code_xml(2, "motivation"), codable="false") + code_xml(3, "improvement", code_xml(4, "motivation"))


def selection_xml(number, start, end, codings=(), name=None, *, kind="PlainTextSelection", extra=""):
    """Return a selection; codings are (code, user)."""
    inner = "".join(
        f'<Coding guid="{guid(900 + number)}" creatingUser="{guid(user)}"><CodeRef targetGUID="{guid(code)}"/></Coding>'
        for code, user in codings
    )
    named = f" name={quoteattr(name)}" if name is not None else ""
    return f'<{kind} guid="{guid(number)}"{named} startPosition="{start}" endPosition="{end}"{extra}>{inner}</{kind}>'


def source_xml(selections, path="internal://interview.txt", name="interview 1", number=50, inner=""):
    reference = f' plainTextPath="{path}"' if path is not None else ""
    return f'<TextSource guid="{guid(number)}" name="{name}"{reference}>{inner}{"".join(selections)}</TextSource>'


def project_xml(sources, codes=CODES, origin="invented", before="", users=(("ann", 100), ("bob", 101))):
    people = "".join(f'<User guid="{guid(number)}" name="{name}"/>' for name, number in users)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="{origin}" '
        f'basePath="C:\\Users\\ann"><Users>{people}</Users><CodeBook><Codes>{codes}</Codes></CodeBook><Sources>{sources}</Sources></Project>'
    )


def qdpx(path, xml, members=None, project="project.qde"):
    """Write a project; members are names and bytes or texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(project, xml)
        for name, content in ({"sources/interview.txt": TEXT} if members is None else members).items():
            archive.writestr(name, content)
    return path


def codebook_xml(codes, origin="invented"):
    start = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="{origin}">'
    return f'<?xml version="1.0" encoding="utf-8"?>{start}<Codes>{codes}</Codes></CodeBook>'


def workbook(path, rows, sheet="Sheet1", more=()):
    """Write a workbook; more are (name, rows) of further sheets."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for tab, lines in [(book.active, rows), *((book.create_sheet(name), lines) for name, lines in more)]:
        for line in lines:
            tab.append(line)
    book.save(path)
    return path


def database(path, *statements):
    """Write a database; statements are SQL, or SQL and rows."""
    connection = sqlite3.connect(path)
    for statement in statements:
        if isinstance(statement, str):
            connection.execute(statement)
        else:
            connection.executemany(*statement)
    connection.commit()
    connection.close()
    return path


def taguette(path, highlights, tags, given, *, html="<p>Wij leren – veel</p>\n<p>De kring &amp; tijd</p>", projects=1):
    """Write a Taguette database; highlights are (id, start, end, snippet), given (highlight, tag)."""
    return database(
        path,
        "CREATE TABLE projects (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(200), description TEXT, created DATETIME)",
        ("INSERT INTO projects (name) VALUES (?)", [("p",)] * projects),
        "CREATE TABLE documents (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(200), description TEXT, filename VARCHAR(200), "
        "created DATETIME, project_id INTEGER, text_direction VARCHAR(13), contents TEXT)",
        ("INSERT INTO documents (name, contents) VALUES (?, ?)", [("interview 1", html)]),
        "CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, project_id INTEGER, path VARCHAR(200), description TEXT)",
        ("INSERT INTO tags (path, description) VALUES (?, ?)", tags),
        "CREATE TABLE highlights (id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, "
        "snippet TEXT)",
        ("INSERT INTO highlights VALUES (?, 1, ?, ?, ?)", highlights),
        "CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER)",
        ("INSERT INTO highlight_tags VALUES (?, ?)", given),
    )


def qualcoder(path, codings, text=TEXT):
    """Write a QualCoder database; codings are (code, text, start, end, coder, memo)."""
    return database(
        path,
        "CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text)",
        ("INSERT INTO source (name, fulltext) VALUES (?, ?)", [("interview 1", text), ("photo.jpg", None)]),
        "CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer)",
        ("INSERT INTO code_cat (name, memo, supercatid) VALUES (?, ?, ?)", [("data", "dimension", None), ("sub", "", 1)]),
        "CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text, "
        "supercid integer)",
        (
            "INSERT INTO code_name (name, memo, catid, supercid) VALUES (?, ?, ?, ?)",
            [("sharing", "why", 2, None), ("plain", "", None, None)],
        ),
        "CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text, "
        "date text, memo text, avid integer, important integer)",
        ("INSERT INTO code_text (fid, cid, seltext, pos0, pos1, owner, memo) VALUES (1, ?, ?, ?, ?, ?, ?)", codings),
        "CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer, height integer, "
        "cid integer, memo text, date text, owner text, important integer)",
        ("INSERT INTO code_image (id, cid, owner) VALUES (?, ?, ?)", [(2, 2, "ann")]),
    )


def rqda(path, codings, text="Wij leren veel van elkaar."):
    """Write an RQDA database; codings are (code, text, start, end, status)."""
    return database(
        path,
        "CREATE TABLE source (name text, id integer, file text, memo text, owner text, date text, dateM text, status integer)",
        ("INSERT INTO source (name, id, file, status) VALUES (?, ?, ?, ?)", [("interview 1", 1, text, 1), ("old", 2, "weg", 0)]),
        "CREATE TABLE freecode (name text, memo text, owner text, date text, dateM text, id integer, status integer, color text)",
        ("INSERT INTO freecode (name, id, status) VALUES (?, ?, ?)", [("motivation", 1, 1), ("both", 2, 1), ("gone", 3, 0)]),
        "CREATE TABLE codecat (name text, cid integer, catid integer, owner text, date text, dateM text, memo text, status integer)",
        ("INSERT INTO codecat (name, catid, status) VALUES (?, ?, ?)", [("learning", 1, 1), ("improvement", 2, 1)]),
        "CREATE TABLE treecode (cid integer, catid integer, date text, dateM text, memo text, status integer, owner text)",
        ("INSERT INTO treecode (cid, catid, status) VALUES (?, ?, 1)", [(1, 1), (2, 1), (2, 2)]),
        "CREATE TABLE coding (cid integer, fid integer, seltext text, selfirst real, selend real, status integer, owner text, date text, "
        "memo text)",
        ("INSERT INTO coding (fid, cid, seltext, selfirst, selend, status, owner) VALUES (1, ?, ?, ?, ?, ?, 'ann')", codings),
    )
