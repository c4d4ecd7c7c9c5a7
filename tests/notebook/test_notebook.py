"""The notebook of the docs, run from its first cell to its last."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jjjkg.snapshot import Snapshot
from support import ROOT

FILE = ROOT / "docs" / "notebook.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_it_asks_five_questions_and_draws_two_plots(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JJJKG_CACHE", str(snapshot.folder.parents[1]))
    paths = (str(Path(path).resolve()) for path in sys.path if path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(FILE, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without outputs"
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert code.count("kg.ask(") >= 5
    kinds = [
        kind
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for kind in output.get("data", {})
    ]
    assert kinds.count("image/png") == 2
    assert kinds.count("text/html") >= 4
    shown = str([cell.get("outputs") for cell in notebook.cells])
    for word in ("Hebei Shenyue Soft", "21.4", "Zhang Songyi"):
        assert word in shown
