"""The words of the pages, in both languages."""

import re
from types import MappingProxyType
from typing import Final

from werkzeug.http import HTTP_STATUS_CODES

from jjjkg.messages import LANGUAGES
from jjjkg.web.complaints import COMPLAINTS

LANGUAGE_NAMES: Final = MappingProxyType({"en": "English", "zh": "中文"})

_WORDS: Final = {
    **COMPLAINTS,
    "title": ("A knowledge graph", "知识图谱"),
    "home": ("Home", "首页"),
    "query": ("Query", "查询"),
    "dumps": ("Download", "数据下载"),
    "ontology": ("Ontology", "本体"),
    "what": (
        "Every statement leads to the claims that make it, to who said them, and to the sentence "
        "that they are quoted from. What follows from them by the rules of OWL 2 RL is there too, "
        "and is marked as inferred.",
        "每条语句都可追溯到相应的陈述、发言人和所引的句子；"
        "依OWL 2 RL规则推出的内容亦收录其中，并标明为推论。",
    ),
    "names": (
        "The names of things are IRIs below https://w3id.org/jjjkg/, which is not registered yet: "
        "until it is, this server answers for them at its own address.",
        "事物以 https://w3id.org/jjjkg/ 下的IRI命名；该地址尚未注册，"
        "在此之前由本服务器在自身地址应答。",
    ),
    "counts": ("What is in it", "内容统计"),
    "part": ("Part", "部分"),
    "triples": ("Triples", "三元组"),
    "asserted": ("asserted by claims", "陈述所断言"),
    "inferred": ("inferred", "推论"),
    "provenance": ("records of claims and sentences", "陈述与句子的记录"),
    "dataset": ("about the dataset", "关于数据集"),
    "claims": ("Claims", "陈述"),
    "questions": ("Questions that it answers", "可回答的问题"),
    "run": ("Edit and run this query", "编辑并运行此查询"),
    "how": ("How to query it", "如何查询"),
    "how_text": (
        "The SPARQL 1.1 endpoint is /sparql: by GET, by POST form or by POST of the query itself. "
        "From a shell:",
        "SPARQL 1.1端点为 /sparql，支持GET、POST表单及直接POST查询。命令行示例：",
    ),
    "dumps_text": (
        "The whole graph and its parts as files, in every format that tools read:",
        "完整图谱及各部分的文件，备有各类工具所读的格式：",
    ),
    "release_text": (
        "Release {version}. Under this address the files never change:",
        "版本 {version}。以下地址的文件永不改变：",
    ),
    "earlier_releases": ("Earlier releases", "早期版本"),
    "description": ("Description", "说明"),
    "inference": ("What only inference gives", "仅由推理得出"),
    "answer": ("Answer", "答案"),
    "the_query": ("The query", "查询语句"),
    "tags": ("Subjects", "主题"),
    "as": ("As", "格式"),
    "rows": ("{count} rows", "{count} 行"),
    "one_row": ("1 row", "1 行"),
    "first_rows": (
        "The first {count} rows; there are more. The other formats have all.",
        "仅显示前 {count} 行，还有更多；其他格式包含全部结果。",
    ),
    "first_triples": (
        "The first triples; there are more. The other formats have all.",
        "仅显示前面的三元组，还有更多；其他格式包含全部结果。",
    ),
    "yes": ("Yes.", "是。"),
    "no": ("No.", "否。"),
    "no_rows": ("No rows.", "无结果。"),
    "send": ("Run", "运行"),
    "your_query": ("A SPARQL query", "SPARQL查询"),
    "or_question": ("Or begin with a question", "或从一个问题开始"),
    "limits": ("Limits", "限制"),
    "limits_text": (
        "What one query may use. The parameter timeout takes seconds and shortens the time; "
        "past a limit the answer is an error that names it.",
        "单次查询的上限。参数 timeout 以秒为单位，可缩短时限；超出上限时返回指明该上限的错误。",
    ),
    "limit_seconds": ("time in seconds", "时间（秒）"),
    "limit_memory": ("memory in bytes", "内存（字节）"),
    "limit_rows": ("rows of the answer", "答案行数"),
    "limit_bytes": ("size of the answer in bytes", "答案大小（字节）"),
    "limit_length": ("length of the query in characters", "查询长度（字符）"),
    "service_text": ("For programs:", "供程序使用："),
    "service": ("service description", "服务描述"),
    "examples": ("examples", "示例查询"),
    "line": ("Line {line}, column {column}", "第 {line} 行，第 {column} 列"),
    "error": ("Error", "错误"),
    "available": ("To be had as", "可用格式"),
    "file": ("File", "文件"),
    "file_is": ("What it is", "内容"),
    "type": ("Type", "类型"),
    "size": ("Bytes", "字节"),
    "compressed": ("Compressed", "压缩后"),
    "iri": ("IRI", "IRI"),
    "rdf:type": ("is a", "类型"),
    "rdfs:label": ("is called", "名称"),
    "statements": ("What is said of it", "相关语句"),
    "incoming": ("What is said of other things with it", "以其为值的语句"),
    "claims_with": ("Claims that name it", "涉及它的陈述"),
    "records": ("What is recorded of it", "记录"),
    "states": ("What it states", "所述内容"),
    "states_nothing": ("It states no triples of its own.", "不含三元组。"),
    "says": ("Said by", "发言人"),
    "role": ("as", "身份"),
    "through": ("through", "转引自"),
    "kind": ("Kind of claim", "陈述类型"),
    "sentence": ("Sentence", "句子"),
    "P": ("paragraph {outer}, sentence {inner}", "第{outer}段第{inner}句"),
    "HEAD": ("masthead line {inner}", "报头第{inner}行"),
    "CAP": ("caption, sentence {inner}", "图片说明第{inner}句"),
    "SUB": ("sub-heading", "小标题"),
    "FOOT": ("footer line {inner}", "页脚第{inner}行"),
    "in_paper": ("in the newspaper", "查看报纸原文"),
    "at_source": ("at its publisher", "查看来源"),
    "about": ("About", "关于"),
    "reading": ("How it was read", "解读"),
    "silent": ("What it does not state", "未说明的内容"),
    "some_of": ("Lists only some of", "仅列举部分"),
    "derived": ("Derived from", "推导自"),
    "derives": ("What is derived from it", "由其推导"),
    "notation": ("In the checklist", "清单编号"),
    "no_fact": ("No claim is made from it", "未据此提出陈述"),
    "classes": ("Classes", "类"),
    "object_properties": ("Properties between things", "对象属性"),
    "datatype_properties": ("Properties with values", "数据属性"),
    "annotation_properties": ("Notes on claims and terms", "注释属性"),
    "others": ("Other terms", "其他词项"),
    "terms_text": (
        "{count} terms. Words of other vocabularies that are used beside them are in the dump.",
        "共 {count} 个词项。所用其他词汇表的词项见下载文件。",
    ),
    "all_axioms": ("Every axiom of them, in both languages:", "全部公理（双语）："),
    "under": ("under", "上位"),
    "domain": ("from", "定义域"),
    "range": ("to", "值域"),
    "inverse": ("inverse", "逆属性"),
    "graph_text": (
        "One of the five parts of the dataset, which have no triple in common: {count} triples.",
        "数据集五个互不相交部分之一：{count} 个三元组。",
    ),
    "what_if": ("What if this were not so?", "假如并非如此？"),
    "what_if_these": ("What if these claims were not so?", "假如这些陈述并非如此？"),
    "doubt_text": (
        "What these claims state is left out and the rest is closed again: this falls, and that "
        "stands for other reasons. The graph itself stays as it is.",
        "去掉这些陈述所述内容后重新推理，得出哪些不再成立、哪些因其他理由仍成立。图谱本身不变。",
    ),
    "because_of": ("Because of", "依据"),
    "withdraw_too": ("Withdraw these too", "一并撤回"),
    "doubt_another": (
        "A claim, a sentence, a speaker or a source, by notation, name or label",
        "陈述、句子、发言人或来源：编号、名称或标签",
    ),
    "withdraw": ("Withdraw", "撤回"),
    "no_doubt": (
        "nothing is named to be withdrawn; say what by ?claim=, such as /doubt?claim=P1.S1.d",
        "未指明撤回的内容；请用 ?claim= 指明，如 /doubt?claim=P1.S1.d",
    ),
    "why": ("why?", "为什么？"),
    "explanation": ("Explanation", "解释"),
    "proof": ("Proof {number}", "证明{number}"),
    "rests": (
        "Each sentence stands above what it rests on: down to claims, with the newspaper's "
        "sentences, and to axioms of the ontology.",
        "每句之下列出其依据，直至陈述（及报纸原句）与本体公理。",
    ),
    "told_there": ("told at step {number}", "见第{number}步"),
    "other_proofs": ("Other proofs", "其他证明"),
    "one_proof": ("One proof", "一个证明"),
    "more_proofs": ("There are more proofs than these.", "除此之外还有其他证明。"),
    "all_proofs": ("There are no other minimal proofs.", "没有其他最简证明。"),
    "skip": ("To the content", "跳到正文"),
    "licence": ("Licence of the data", "数据许可"),
    "snapshot": ("Snapshot", "快照"),
}
#: The notation of a segment, such as P19.S1 or HEAD.L3.
_NOTATION: Final = re.compile(r"(?P<place>P|HEAD|CAP|SUB|FOOT)(?P<outer>\d*)\.[SL](?P<inner>\d+)")


def say(key: str, language: str, **values: object) -> str:
    """The words for a key in a language, with values put in their places."""
    return _WORDS[key][LANGUAGES.index(language)].format(**values)


def name_segment(notation: str, language: str) -> str:
    """The words for a segment's notation in a language; empty for any other notation."""
    match = _NOTATION.fullmatch(notation)
    return say(match["place"], language, **match.groupdict()) if match else ""


def name_status(status: int, language: str) -> str:
    """The words for an HTTP status in a language, or in English for one that is never sent."""
    words = _WORDS.get(str(status))
    return words[LANGUAGES.index(language)] if words else HTTP_STATUS_CODES.get(status, "Error")
