"""What a view decides of a request whatever its query says: remembered for the next query.

The endpoint's view reads of a query's text only that there is one. So of two GET requests that
differ in nothing else, one was decided on already, and needs no view: that is half its time.
"""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from jjjkg.web.answers import make_etag
from jjjkg.web.bridge import Headers, Scope
from jjjkg.web.cache import Key
from jjjkg.web.deferral import Task

#: All are forgotten when there are so many.
_MOST: Final = 1_000


@dataclass(frozen=True)
class Plan:
    """A task for some query, and the headers that the view gave to its answer."""

    task: Task
    headers: Headers


class Plans:
    """The decisions of the endpoint's view, for the snapshot with a key."""

    def __init__(self, snapshot: str) -> None:
        self._snapshot = snapshot
        self._plans: dict[Key, Plan] = {}

    def find(self, shape: Key, text: str) -> Plan | None:
        """The plan for a request of a shape with another text, if the like of it came before."""
        plan = self._plans.get(shape)
        if plan is None:
            return None
        asked = replace(plan.task.request, query=text)
        task = replace(plan.task, request=asked, etag=make_etag(self._snapshot, asked))
        return Plan(task, plan.headers)

    def note(self, shape: Key, plan: Plan) -> None:
        """Remembers a plan."""
        if len(self._plans) >= _MOST:
            self._plans.clear()
        self._plans[shape] = plan


def find_shape(scope: Scope, compared: object) -> tuple[Key, str] | None:
    """What a GET request to the endpoint is but for its query, and the query; None if unsure.

    ``compared`` are the headers that a view may look at.
    """
    if scope["method"] != "GET" or scope["path"] != "/sparql":
        return None
    try:
        pairs = parse_qsl(
            scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict"
        )
    except ValueError:  # not in UTF-8: the view has words for that
        return None
    texts = [value for name, value in pairs if name == "query"]
    if len(texts) != 1 or not texts[0]:
        return None
    others = tuple(pair for pair in pairs if pair[0] != "query")
    return (scope["scheme"], others, compared), texts[0]
