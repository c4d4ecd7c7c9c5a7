"""The words for what was wrong with a request, in both languages."""

from typing import Final

COMPLAINTS: Final = {
    "no_term": (
        "{name!r} is missing; give s, p and o: an IRI, a prefixed name, a label or a literal each",
        "缺少参数 {name!r}；请给出 s、p、o，各为IRI、前缀名、名称或字面量",
    ),
    "bad_all": (
        "all={value!r} is unknown; give all=1 for other proofs, or leave it out",
        "无法识别 all={value!r}；如需其他证明请用 all=1，否则省略",
    ),
    "no_page": (
        "there is no page {path}; the home page leads to all",
        "没有 {path} 页；可由首页查找",
    ),
    "no_question": (
        "there is no question {name!r}; the home page lists them",
        "没有名为 {name!r} 的问题；首页列有全部问题",
    ),
    "no_dump": (
        "there is no file {name!r} in the release; /releases/ lists those that there are",
        "此版本中没有名为 {name!r} 的文件；/releases/ 列有全部文件",
    ),
    "lost_file": (
        "the file {name!r} is gone from the disk of the server; its operator can restore it by "
        "loading the data anew",
        "服务器磁盘上的文件 {name!r} 已丢失；运营者重新加载数据即可恢复",
    ),
    "no_release": (
        "there is no release {which!r} here; /releases/ has the one that is served",
        "此处没有版本 {which!r}；/releases/ 列有所提供的版本",
    ),
    "no_thing": ("nothing is said of <{iri}> here", "此处没有关于 <{iri}> 的内容"),
    "no_graph": (
        "there is no graph <{iri}> here; the service description lists them",
        "此处没有图 <{iri}>；服务描述列有全部图",
    ),
    "not_one_graph": (
        "name one graph: ?default, or ?graph= with one IRI, or its path, and no two of them",
        "请仅指定一个图：?default、带一个IRI的 ?graph=，或图的路径",
    ),
    "no_format": (
        "nothing here can be had in a format that suits Accept: {accepted}; "
        "send Accept: with one of {types}, or ?format= with one of {names}",
        "没有适合 Accept: {accepted} 的格式；请用Accept指定 {types} 之一，"
        "或用 ?format= 指定 {names} 之一",
    ),
    "no_format_name": (
        "no format is called {name!r} here; "
        "give ?format= one of {names}, or leave it out and send Accept: with one of {types}",
        "没有名为 {name!r} 的格式；请用 ?format= 指定 {names} 之一，"
        "或将其省略并用Accept指定 {types} 之一",
    ),
    "no_graph_format": (
        "{form} gives a graph, which has no format that suits Accept: {accepted}; "
        "send Accept: with one of {types}, or ?format= with one of {names}, "
        "or ask with SELECT, which gives a table",
        "{form}得到的是图，没有适合 Accept: {accepted} 的格式；请用Accept指定 {types} 之一，"
        "或用 ?format= 指定 {names} 之一；也可改用SELECT查询，其结果是表格",
    ),
    "no_results_format": (
        "{form} gives results and no graph: they have no format that suits Accept: {accepted}; "
        "send Accept: with one of {types}, or ?format= with one of {names}, "
        "or ask with CONSTRUCT, which gives a graph",
        "{form}得到的是结果而不是图，没有适合 Accept: {accepted} 的格式；"
        "请用Accept指定 {types} 之一，或用 ?format= 指定 {names} 之一；"
        "也可改用CONSTRUCT查询，其结果是图",
    ),
    "no_update": (
        "updates are refused: this dataset can only be queried",
        "不接受更新：本数据集只能查询",
    ),
    "not_one_query": (
        "the request holds {count} queries and needs one: GET /sparql?query=..., a POST form with "
        "query=..., or a POST of {type}",
        "请求含 {count} 个查询，应恰有一个：GET /sparql?query=...、含 query=... 的POST表单，"
        "或POST {type}",
    ),
    "query_not_utf8": ("the query is not in UTF-8: {error}", "查询不是UTF-8编码：{error}"),
    "parameters_not_utf8": (
        "the request's parameters are not in UTF-8: {error}",
        "请求参数不是UTF-8编码：{error}",
    ),
    "no_iri": (
        "{name}={value!r} is no absolute IRI; give one such as http://example.org/graph",
        "{name}={value!r} 不是绝对IRI；请给出如 http://example.org/graph 的IRI",
    ),
    "bad_timeout": (
        "timeout={value!r} is no time; give seconds, such as 2.5",
        "timeout={value!r} 不是时间；请给出秒数，如 2.5",
    ),
    "no_query_type": (
        "a POST body of type {given!r} is no query; send {form} or {direct}",
        "类型为 {given!r} 的POST内容不是查询；请发送 {form} 或 {direct}",
    ),
    "none": ("none", "无"),
    "no_charset": (
        "a query in {charset!r} can't be read; UTF-8 is the only encoding of queries",
        "无法读取 {charset!r} 编码的查询；查询只能用UTF-8编码",
    ),
    "coded_body": (
        "a body in the content coding {coding!r} can't be read; send it as it is",
        "无法读取内容编码为 {coding!r} 的请求；请原样发送",
    ),
    "large_body": (
        "the request's body is larger than {limit} bytes; send a shorter query",
        "请求内容超过 {limit} 字节；请发送较短的查询",
    ),
    "many_fields": (
        "the request has more than {fields} fields, or more characters than a query may have; send "
        "a shorter query",
        "请求的字段超过 {fields} 个，或字符数超过查询的上限；请发送较短的查询",
    ),
    "no_method": (
        "{method} can't be used on {path}; use one of {allowed}",
        "{path} 不支持 {method} 方法；可用 {allowed}",
    ),
    "400": ("Bad Request", "请求有误"),
    "403": ("Forbidden", "禁止"),
    "404": ("Not Found", "未找到"),
    "405": ("Method Not Allowed", "不允许的方法"),
    "406": ("Not Acceptable", "无可用格式"),
    "412": ("Precondition Failed", "前提条件不成立"),
    "413": ("Content Too Large", "请求过大"),
    "415": ("Unsupported Media Type", "不支持的媒体类型"),
    "500": ("Internal Server Error", "服务器内部错误"),
    "502": ("Bad Gateway", "上游存储出错"),
    "503": ("Service Unavailable", "服务不可用"),
    "504": ("Gateway Timeout", "超时"),
    "past_bytes": ("Answer too large", "答案过大"),
    "past_rows": ("Answer has too many rows", "答案行数过多"),
    "past_queue": ("Too many requests wait", "等待的请求过多"),
    "past_memory": ("Query needs too much memory", "查询所需内存过多"),
}
