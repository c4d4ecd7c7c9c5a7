"""What a view decides of a request whatever its query says: remembered for the next query.

The endpoint's view reads of a query's text only that there is one. So of two GET requests that
differ in nothing else, one was decided on already, and needs no view: that is half its time.
"""

from dataclasses import dataclass, replace
from typing import Final

from jjjkg.evaluation import Request
from jjjkg.web.answers import make_etag
from jjjkg.web.deferral import Task
from jjjkg.web.fields import read_fields
from jjjkg.web.serving.bridge import Headers, Scope
from jjjkg.web.serving.cache import Key, Recent

#: Bytes that the plans may take, and those of one at the most: what is longer is not kept.
_MOST: Final = 1 << 22
_SIZE: Final = 1 << 13


@dataclass(frozen=True)
class Plan:
    """A task for some query, and the headers that the view gave to its answer."""

    task: Task
    headers: Headers


class Plans:
    """The decisions of the endpoint's view, for the snapshot with a key."""

    def __init__(self, snapshot: str) -> None:
        self._snapshot = snapshot
        self._plans: Recent[Key, Plan] = Recent(_MOST)

    def find(self, shape: Key, text: str) -> Plan | None:
        """The plan for a request of a shape with another text, if the like of it came before."""
        plan = self._plans.get(shape)
        if plan is None:
            return None
        task = plan.task
        # dataclasses.replace takes as long as all the rest of this.
        asked = Request(**{**vars(task.request), "query": text})
        etag = make_etag(self._snapshot, asked)
        return Plan(Task(**{**vars(task), "request": asked, "etag": etag}), plan.headers)

    def note(self, shape: Key, plan: Plan) -> None:
        """Remembers a plan."""
        # Its query goes: another one takes its place.
        task = replace(plan.task, request=replace(plan.task.request, query=""))
        self._plans.put(shape, Plan(task, plan.headers), _SIZE)


def find_shape(scope: Scope, compared: object) -> tuple[Key, str] | None:
    """What a GET request to the endpoint is but for its query, and the query; None if unsure.

    ``compared`` are the headers that a view may look at.
    """
    if scope["method"] != "GET" or scope["path"] != "/sparql":
        return None
    try:
        pairs = read_fields(scope["query_string"])
    except ValueError:  # the view has words for what is wrong
        return None
    texts = [value for name, value in pairs if name == "query"]
    if len(texts) != 1 or not texts[0]:
        return None
    others = tuple(pair for pair in pairs if pair[0] != "query")
    if sum(len(name) + len(value) for name, value in others) > _SIZE // 8:
        return None
    return (scope["scheme"], others, compared), texts[0]
