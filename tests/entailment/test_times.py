"""The lexical spaces of dates, times and durations."""

import pyoxigraph as ox
import pytest

from jjjkg.entailment.datatypes.datatyping import find_ill_typed
from jjjkg.rdf.namespaces import expand

#: By datatype: forms in its lexical space, and forms that are not.
FORMS = {
    "date": (
        "2014-12-31 2016-02-29 2014-12-31Z 2014-12-31+08:00 -0044-03-15 12014-01-01",
        "2014-13-01 2014-02-30 2015-02-29 14-12-31 2014-12 soon 2014-12-31+15:00",
    ),
    "time": ("09:30:00 24:00:00 09:30:00.5Z 23:59:59+08:00", "9:30:00 24:00:01 25:00:00 09:60:00"),
    "gYear": ("2014 2014Z 2014+08:00 -0044 12014", "14 2014-01 year 02014 2014+8"),
    "gYearMonth": ("2014-12 2014-12Z 2014-12-05:00", "2014-13 2014 2014-00 2014-1"),
    "gMonth": ("--12 --01Z", "--13 12 --00 ---12 --1"),
    "gMonthDay": ("--12-31 --02-29 --12-31+08:00", "--02-30 12-31 --13-01"),
    "gDay": ("---31 ---01Z", "---32 31 ---00 --31"),
    "duration": (
        "P1Y P1Y2M3DT4H5M6.7S -P1D PT1S P0D P1M PT36H",
        "P 1Y PT P1S P1YT P-1D P1.5D PT1M1H",
    ),
    "yearMonthDuration": ("P1Y P2M P1Y2M -P0M", "P1D PT1M P P1M1Y"),
    "dayTimeDuration": ("P1D PT1M P1DT2H PT0.5S", "P1Y P1M P PT P1H"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_one_of_its_datatype_or_is_none(name: str) -> None:
    good, bad = (forms.split() for forms in FORMS[name])
    datatype = ox.NamedNode(expand(f"xsd:{name}"))
    triples = [
        ox.Triple(ox.NamedNode("x:a"), ox.NamedNode("x:p"), ox.Literal(form, datatype=datatype))
        for form in [*good, *bad, *(form.translate(FULL_WIDTH) for form in good)]
    ]
    found = find_ill_typed(triples)
    assert (
        [triple.object.value for triple in found]
        == [  # type: ignore[union-attr]
            triple.object.value  # type: ignore[union-attr]
            for triple in triples[len(good) :]
        ]
    )


#: Digits that XML Schema does not allow.
FULL_WIDTH = {ord("0") + number: 0xFF10 + number for number in range(10)}
