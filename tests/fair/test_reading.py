"""The pages as they are heard: by headings, each text in its language; and as they are seen."""

import re
from html.parser import HTMLParser

import pytest

from jjjkg.rdf.namespaces import BASE
from support import ROOT
from support.fair.visits import Site

STYLE = ROOT / "src" / "jjjkg" / "web" / "static" / "style.css"
PAGES = (
    *("", "sparql", "questions/figures", "releases/", "ontology.html", "dataset.html"),
    *("id/hebei.html", "claim/P19-S1-d.html", "graph/asserted.html"),
    *("source/china-daily-2024-03-07.html", "releases/latest/ontology.html"),
)
VOID = ("meta", "link", "br", "input", "img")
#: Least contrast of text with what is behind it: https://www.w3.org/TR/WCAG22/#contrast-minimum
LEAST = 4.5


class Page(HTMLParser):
    """The headings' ranks of a page, its ids, and its Chinese that is not marked as such."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.unmarked: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if identifier := named.get("id"):
            self.ids.append(identifier)
        if tag not in VOID:
            self._open.append((tag, named.get("lang")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        languages = [language for _, language in self._open if language]
        within = {tag for tag, _ in self._open}
        chinese = re.search("[\u4e00-\u9fff]", data) and languages[-1] != "zh"
        if chinese and not within & {"title", "script", "code"}:
            self.unmarked.append(data.strip())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_can_be_followed_by_ear(site: Site, path: str, language: str) -> None:
    status, media_type, body = site.get(f"{BASE}{path}?lang={language}", "text/html")
    assert (status, media_type) == (200, "text/html")
    page = Page(body.decode())
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert len(page.ids) == len({*page.ids})
    assert page.unmarked == []


def test_each_ink_stands_out_from_each_paper() -> None:
    blocks = re.findall(r":root\s*{([^}]*)}", STYLE.read_text(encoding="utf-8"))
    assert len(blocks) == 2  # by day and by night
    for block in blocks:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        papers = [colours.pop("paper"), colours.pop("soft")]
        del colours["line"]  # no text
        assert len(colours) >= 5
        for name, ink in colours.items():
            assert all(contrast(ink, paper) >= LEAST for paper in papers), name


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
