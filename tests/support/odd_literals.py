"""Literals that a writer of XML gets wrong: those that it can write, and those that it can't."""

import pyoxigraph as ox
from hypothesis import strategies as st

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: What XML can hold, if it is written with care.
WRITABLE = (
    *("", " ", "\t", "\n", "\r", "\r\n", "\n\r", "a\rb", "a\r\nb", "\r\r\n\n", " a ", "\ta\n"),
    *("a  b", "a\tb", "&", "<", ">", "]]>", "&amp;", "&#13;", "&#xD;", "<![CDATA[x]]>", "<!--"),
    *("'\"", "\x7f", "\x80", "\x85", "a\x85b", "\xa0", "\u2028", "\u2029", "\u200b", "\ufeffa"),
    *("\ufdd0", "\ufffd", "\ue000", "\U0001f600", "\U0001fffe", "\U0010ffff", "e\u0301", "京津冀"),
    *("x" * 200_000, "\r" * 70_000, "\uff5e\r" * 30_000),
)
#: Characters that XML 1.0 has not, however they are written: https://www.w3.org/TR/xml/#NT-Char
FORBIDDEN = (*map(chr, (*range(9), 11, 12, *range(14, 32))), "\ufffe", "\uffff")
#: What else than a plain string may have an odd value.
TYPED = (
    ox.Literal("a\rb", language="en"),
    ox.Literal("京\r津", language="zh-hant-tw"),
    ox.Literal("a\rb", datatype=ox.NamedNode("http://e/t?a=1&b='2'")),
    ox.Literal("<b>\r</b>", datatype=ox.NamedNode(RDF + "XMLLiteral")),
    ox.Literal(" 007 ", datatype=ox.NamedNode(XSD + "int")),
    ox.Literal("\r5.10\n", datatype=ox.NamedNode(XSD + "decimal")),
)

texts = st.text(
    st.one_of(
        st.sampled_from("\r\n\t &<>\"'\x85\u2028]ab京"),
        st.characters(exclude_categories=["Cs"], exclude_characters="".join(FORBIDDEN)),
    ),
    max_size=40,
)
