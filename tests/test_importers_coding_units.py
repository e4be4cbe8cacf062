"""Whatever unit a tool counts in, what a coder selected is what is read."""

import pytest
from coding_exports import project_xml, qdpx, qualcoder, selection_xml, source_xml, taguette
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from fruitmand.importers.coding.line_ends import plain
from fruitmand.importers.coding.reading import read_coded

PIECES = some.lists(some.sampled_from(["wij ", "één ", "😀", "leren ", "\r\n", "\n", "–", "tijd. "]), min_size=3, max_size=40)
UNITS = {
    "characters": (str, len),
    "UTF-16 units": (str, lambda text: len(text.encode("utf-16-le")) // 2),
    "line ends as one": (plain, len),
    "UTF-16 units, line ends as one": (plain, lambda text: len(text.encode("utf-16-le")) // 2),
}
EXAMPLES = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def words(text):
    return " ".join(text.split())


def spans(draw, pieces):
    """Return spans of whole pieces that hold more than white space, as pairs of numbers of pieces."""
    places = some.integers(0, len(pieces) - 1)
    chosen = [sorted(draw(some.tuples(places, places))) for _ in range(3)]
    return [(start, end + 1) for start, end in chosen if words("".join(pieces[start : end + 1]))]


@pytest.mark.parametrize("unit", UNITS)
@EXAMPLES
@given(data=some.data())
def test_a_project_is_read_in_its_own_unit(tmp_path, unit, data):
    pieces = data.draw(PIECES)
    chosen = spans(data.draw, pieces)
    seen, size = UNITS[unit]
    lengths = ["".join(pieces[:number]) for number in range(len(pieces) + 1)]
    selections = [
        selection_xml(500 + number, size(seen(lengths[start])), size(seen(lengths[end])), [(2, 100)], words("".join(pieces[start:end])))
        for number, (start, end) in enumerate(chosen)
    ]
    xml = project_xml(source_xml(selections), origin="QualCoder")
    project = read_coded(qdpx(tmp_path / "p.qdpx", xml, {"sources/interview.txt": "".join(pieces).encode()}))
    assert {words(one.quote) for one in project.passages} == {words("".join(pieces[start:end])) for start, end in chosen}
    assert all(one.quote == project.documents[0].text[one.start : one.end] for one in project.passages)


@EXAMPLES
@given(data=some.data())
def test_a_database_is_read_in_characters_or_bytes(tmp_path, data):
    pieces = data.draw(PIECES)
    chosen = spans(data.draw, pieces)
    text = "".join(pieces)
    before = ["".join(pieces[:number]) for number in range(len(pieces) + 1)]
    expected = [(len(plain(before[start])), len(plain(before[end])), plain("".join(pieces[start:end]))) for start, end in chosen]
    for name in ("data.qda", "project.sqlite3"):
        (tmp_path / name).unlink(missing_ok=True)
    codings = [
        (1, "".join(pieces[start:end]), len(before[start]), len(before[end]), f"coder {number}", "")
        for number, (start, end) in enumerate(chosen)
    ]
    highlights = [
        (number, len(before[start].encode()), len(before[end].encode()), f"<p>{''.join(pieces[start:end])}</p>")
        for number, (start, end) in enumerate(chosen)
    ]
    for project in (
        read_coded(qualcoder(tmp_path / "data.qda", codings, text)),
        read_coded(
            taguette(
                tmp_path / "project.sqlite3", highlights, [("a", "")], [(number, 1) for number, *_ in highlights], html=f"<p>{text}</p>"
            )
        ),
    ):
        assert [(one.start, one.end, one.quote) for one in project.passages] == expected
        assert project.documents[0].text == plain(text)
