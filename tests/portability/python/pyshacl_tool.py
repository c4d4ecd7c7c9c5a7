"""Validates files of triples, as one graph, against shapes; prints each result's node and message.

The message is the shape's, which each validator is to give it.
"""

import sys

from pyshacl import validate
from rdflib import RDF, SH, Graph

shapes, *files = sys.argv[1:]
data = Graph()
for file in files:
    data.parse(file)
_, report, _ = validate(data, shacl_graph=Graph().parse(shapes))
for result in report.subjects(RDF.type, SH.ValidationResult):
    for message in report.objects(result, SH.resultMessage):
        print(report.value(result, SH.focusNode), message, sep="\t")
