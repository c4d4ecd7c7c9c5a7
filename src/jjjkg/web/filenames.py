"""What the files of a release are, in both languages: by the name of one, or by its stem."""

from typing import Final

FILES: Final = {
    "everything": ("the whole graph as one", "完整图谱（单图）"),
    "dataset": ("the parts and the claims, each a graph", "各部分与各陈述，分别为图"),
    "asserted": ("what the claims assert", "陈述所断言的内容"),
    "inferred": ("what follows from it", "推论"),
    "ontology": ("the ontology", "本体"),
    "provenance": ("the claims' records", "陈述的记录"),
    "protege": ("for Protégé: each assertion with its claims", "供Protégé使用：断言附其陈述"),
    "rdf12": ("RDF 1.2: each assertion with its claims", "RDF 1.2：断言附其陈述"),
    "claims": ("table of the claims", "陈述表"),
    "observations": ("table of the figures", "数字表"),
    "relocations": ("table of the relocations", "迁移表"),
    "nodes": ("the things as nodes of a network", "网络节点表"),
    "edges": ("the links as edges of a network", "网络边表"),
    "tables-metadata": ("what the columns of the tables are", "各表各列的说明"),
    "ontology.html": ("the ontology's terms, to be read", "本体词项（阅读版）"),
    "dcat": ("the dataset and its files (DCAT)", "数据集及其文件（DCAT）"),
    "void": ("the dataset in numbers (VoID)", "数据集统计（VoID）"),
    "schema": ("the dataset for search engines", "供搜索引擎使用的数据集说明"),
    "CITATION": ("how to cite it", "引用方式"),
    "portability": ("which tools load it, and how well", "各工具的载入与查询情况"),
    "manifest": ("sizes, hashes and counts", "大小、哈希与统计"),
    "SHA256SUMS": ("checksums", "校验和"),
}


def find_words(name: str) -> tuple[str, str]:
    """The words for a file; empty for one that is not known."""
    return FILES.get(name) or FILES.get(name.partition(".")[0], ("", ""))
