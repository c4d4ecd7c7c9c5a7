"""Loads files with owlready2, each as an ontology, and writes what is in them."""

import sys
from pathlib import Path

import owlready2


def load(folder: Path, *files: Path) -> None:
    """Writes a file's triples, or what is wrong with it, into the folder."""
    for file in files:
        target = folder / file.name
        try:
            ontology = owlready2.World().get_ontology(file.absolute().as_uri()).load()
            ontology.save(f"{target}.nq", format="ntriples")
        except Exception as error:
            Path(f"{target}.err").write_text(repr(error), encoding="utf-8")


if __name__ == "__main__":
    load(*map(Path, sys.argv[1:]))
