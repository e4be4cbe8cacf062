"""The order of the jobs: what the notebooks declare, and nothing else."""

import nbformat
import pytest
from build_fixtures import ROOT, notebook

from fruitmand.edition.errors import FruitmandError
from fruitmand.edition.files import notebook_names
from fruitmand.pipeline.order import OUTPUTS, jobs


def project(folder, **earlier):
    (folder / "notebooks").mkdir()
    for name, given in earlier.items():
        nbformat.write(notebook(f"step = Step('{name}', edition, language{given})"), folder / "notebooks" / f"{name}.ipynb")
    return folder


def test_notebooks_come_in_the_order_of_their_numbers_whatever_there_is_besides(tmp_path):
    root = project(tmp_path, **{"10_z": "", "2_b": "", "1_a": "", "100_q": "", "notes": ""})
    assert notebook_names(root) == ["1_a", "2_b", "10_z", "100_q"]


def test_a_step_waits_for_the_check_and_for_the_steps_that_it_names(tmp_path):
    root = project(tmp_path, **{"1_a": "", "2_b": ", earlier=['1_a']", "10_c": ", earlier='all'"})
    graph, step_files = jobs(root), {"step_files.1_a", "step_files.2_b", "step_files.10_c"}
    assert {name: set(waits) for name, waits in graph.items()} == {
        "check": set(),
        "1_a": {"check"},
        "2_b": {"check", "1_a"},
        "10_c": {"check", "1_a", "2_b"},
        "step_files.1_a": {"1_a"},
        "step_files.2_b": {"2_b"},
        "step_files.10_c": {"10_c"},
        "pages.nl": {"1_a", "2_b", "10_c"},
        "pages.en": {"1_a", "2_b", "10_c"},
        "pdf.nl": {"pages.nl"},
        "pdf.en": {"pages.en"},
        "word.nl": {"pages.nl", *step_files},
        "word.en": {"pages.en", *step_files},
        "report": {"check", *step_files, *OUTPUTS},
    }
    places = {name: place for place, name in enumerate(graph)}
    assert all(places[other] < places[name] for name, waits in graph.items() for other in waits)


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        (", earlier=['3_c']", "2_b.ipynb names 3_c as earlier; there are: 1_a, 2_b"),
        (", earlier=['2_b']", "2_b.ipynb names 2_b as earlier"),
        (", earlier=names", "2_b.ipynb: earlier must be a list of names as they are, not names"),
    ],
)
def test_an_order_that_cannot_be_read_is_named(tmp_path, earlier, said):
    with pytest.raises(FruitmandError, match=said):
        jobs(project(tmp_path, **{"1_a": "", "2_b": earlier}))


def test_steps_that_wait_for_each_other_are_named(tmp_path):
    with pytest.raises(FruitmandError, match="wait for each other: 1_a, 2_b"):
        jobs(project(tmp_path, **{"1_a": ", earlier=['2_b']", "2_b": ", earlier=['1_a']"}))


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    root = project(tmp_path, **{"1_a": ""})
    (root / "notebooks/2_b.ipynb").write_text("{")
    with pytest.raises(FruitmandError, match="2_b.ipynb is no notebook"):
        jobs(root)


def test_the_notebooks_of_the_compendium_have_an_order():
    graph = jobs(ROOT)
    steps = notebook_names(ROOT)
    assert len(graph) == 2 * len(steps) + 2 + len(OUTPUTS)
    assert {waits for step in steps for waits in graph[step]} > {"check", steps[0]}
