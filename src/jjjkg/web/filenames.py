"""What the files of a release are for and what is in them, in both languages."""

from collections.abc import Iterable, Iterator
from typing import Final

from jjjkg.messages import LANGUAGES

#: In each of jjjkg.messages.LANGUAGES.
Words = tuple[str, str]

#: By what they are for; a file is known by its name or by its stem.
SECTIONS: Final[tuple[tuple[Words, dict[str, Words]], ...]] = (
    (
        ("To load: stores, libraries, notebooks", "载入存储、程序库与笔记本"),
        {
            "dataset": ("the parts and the claims, each a graph", "各部分与各陈述，分别为图"),
            "everything": ("all parts as one graph", "各部分合为一图"),
        },
    ),
    (
        ("One part alone", "单独的各部分"),
        {
            "asserted": ("what the claims assert", "陈述所断言的内容"),
            "inferred": ("what follows from it", "推论"),
            "ontology": ("the ontology", "本体"),
            "provenance": ("the claims' records", "陈述的记录"),
        },
    ),
    (
        ("Editions for some tools", "供部分工具使用的版本"),
        {
            "protege": (
                "for Protégé: each assertion with its claims",
                "供Protégé使用：断言附其陈述",
            ),
            "rdf12": ("RDF 1.2: each assertion with its claims", "RDF 1.2：断言附其陈述"),
        },
    ),
    (
        ("Tables: spreadsheets, networks", "表格：电子表格与网络"),
        {
            "claims": ("the claims", "陈述"),
            "observations": ("the figures", "数字"),
            "relocations": ("the relocations", "迁移"),
            "nodes": ("the things as nodes of a network", "网络节点"),
            "edges": ("the links as edges of a network", "网络边"),
            "csv-metadata": ("what the columns of the tables are", "各表各列的说明"),
        },
    ),
    (
        ("About the dataset", "关于数据集"),
        {
            "ontology.html": ("the ontology's terms, to be read", "本体词项（阅读版）"),
            "dcat": ("the dataset and its files (DCAT)", "数据集及其文件（DCAT）"),
            "void": ("the dataset in numbers (VoID)", "数据集统计（VoID）"),
            "schema": ("the dataset for search engines", "供搜索引擎使用的数据集说明"),
            "CITATION": ("how to cite it", "引用方式"),
            "portability": ("which tools load it, and how well", "各工具的载入与查询情况"),
        },
    ),
    (
        ("To check what was downloaded", "校验下载的文件"),
        {
            "manifest": ("sizes, hashes and counts", "大小、哈希与统计"),
            "SHA256SUMS": ("checksums", "校验和"),
        },
    ),
)
_OTHERS: Final = ("Other files", "其他文件")
_KNOWN: Final = frozenset(key for _, words in SECTIONS for key in words)


def group_files(names: Iterable[str], language: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What files are for, and each of them with what is in it, in a language and in our order.

    Those that are not known come last, and nothing is said of them.
    """
    number = LANGUAGES.index(language)
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        found.setdefault(name if name in _KNOWN else name.partition(".")[0], []).append(name)
    for purpose, words in SECTIONS:
        if files := [(name, words[key][number]) for key in words for name in found.pop(key, [])]:
            yield purpose[number], files
    if found:
        yield _OTHERS[number], [(name, "") for others in found.values() for name in others]
