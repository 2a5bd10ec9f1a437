"""What comes next, for clients that know nothing else: OpenAPI `links` and `x-version-of`.

A link stands in the good answer of an operation and names the next one, with where each of its
parameters is found: in the answer, or in the address that was called. `x-main-way` marks the one
link that leads on along the main way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.api.contract.walk import Part

# A family's road from signal to the end of monitoring (§2.1), without its branches.
MAIN_WAY = (
    *("search_families", "record_family", "receive_signal"),
    *("start_interview", "complete_interview", "present_offer", "record_consent"),
    *("draft_referral", "submit_referral", "begin_analysis", "accept_referral"),
    *("record_first_visit", "confirm_first_visit", "make_diagnosis"),
    *("draft_plan", "consult_plan", "activate_plan", "record_visit"),
    *("draft_assessment", "edit_assessment", "sign_assessment"),
    *("hand_over_assessment", "receive_assessment"),
    *("propose_motion", "close_case", "record_monitoring_check", "end_monitoring"),
)
# Where the way parts, or something else usually follows.
BESIDE = {
    "sign_in": ("show_me", "show_worklist", "refresh_session"),
    "receive_signal": ("show_case",),
    "present_offer": ("record_consent_refusal",),
    "record_consent": ("show_case",),
    "accept_referral": ("show_case", "list_assignments"),
    "activate_plan": ("review_goals", "draft_assessment"),
    "record_visit": ("list_visits", "show_contacts"),
    "record_failed_visit": ("record_visit", "show_contacts"),
    "record_placement": ("draft_plan",),
    "suspend_case": ("resume_case",),
    "close_case": ("show_case",),
    "end_monitoring": ("show_archived_case",),
    "create_staff": ("set_qualifications", "record_register_check", "authorise_staff"),
}


def add_links(found: Part) -> None:
    """Write `links` and `x-version-of` into the document."""
    ways = Ways(found)
    for step in ways.steps.values():
        if "If-Match" in step.demands and (reader := ways.version_of(step)):
            step.said["x-version-of"] = reader.id
        links = {target.id: ways.link(step, target) for target in ways.after(step)}
        if links:
            step.good["links"] = links


@dataclass(frozen=True)
class Step:
    """One operation: where it is, what it demands, what it answers."""

    id: str
    verb: str
    path: str
    said: Part
    demands: frozenset[str]

    @cached_property
    def good(self) -> Part:
        """Return the good answer."""
        (answer,) = (said for status, said in self.said["responses"].items() if status < "300")
        found: Part = answer
        return found

    @cached_property
    def variables(self) -> list[str]:
        """Return the variables of the path."""
        return re.findall(r"{(\w+)}", self.path)

    @cached_property
    def shape(self) -> str | None:
        """Return the reference to the schema of the answer; None: it shows nothing named."""
        content = self.good.get("content", {}).get("application/json", {})
        found: str | None = content.get("schema", {}).get("$ref")
        return found

    @property
    def versioned(self) -> bool:
        """Tell whether this reads one resource that has a version."""
        return self.verb == "get" and "ETag" in self.good["headers"]


class Ways:
    """The operations of the document, and which lead to which."""

    def __init__(self, found: Part) -> None:
        """Collect the operations."""
        self.components = found["components"]
        self.steps = {
            said["operationId"]: Step(said["operationId"], verb, path, said, self._demands(said))
            for path, verbs in found["paths"].items()
            for verb, said in verbs.items()
        }
        self.readers = {step.path: step for step in self.steps.values() if step.versioned}

    def _demands(self, said: Part) -> frozenset[str]:
        parameters = (self._whole(part) for part in said.get("parameters", ()))
        return frozenset(part["name"] for part in parameters if part.get("required"))

    def _whole(self, part: Part) -> Part:
        name: str | None = part.get("$ref")
        whole: Part = self.components["parameters"][name.rpartition("/")[2]] if name else part
        return whole

    def version_of(self, step: Step) -> Step | None:
        """Return what reads the version that a command wants: the nearest resource it stands in."""
        path = step.path.rpartition("/")[0] if step.verb == "post" else step.path
        while path and path not in self.readers:
            path = path.rpartition("/")[0]
        return self.readers.get(path)

    def reader_of(self, step: Step) -> Step | None:
        """Return what reads again the resource that an operation answers with."""
        same = [r for r in self.readers.values() if step.shape and r.shape == step.shape]
        return max(same, key=lambda reader: reader.path.endswith("}"), default=None)

    def after(self, step: Step) -> Iterator[Step]:
        """Yield what may follow: the main way first, then what can be done with the resource."""
        seen = {step.id}
        for name in (*_next(step.id), *BESIDE.get(step.id, ()), *self._own(step)):
            if name not in seen:
                seen.add(name)
                yield self.steps[name]

    def _own(self, step: Step) -> Iterator[str]:
        reader = self.reader_of(step)
        if reader is None or (step is not reader and "201" not in step.said["responses"]):
            return
        yield reader.id
        for other in self.steps.values():
            within = f"{other.path}/".startswith(f"{reader.path}/")
            if within and other.verb != "get" and other.variables == reader.variables:
                yield other.id

    def link(self, step: Step, target: Step) -> Part:
        """Say where a target's parameters are found (OpenAPI 3.1, runtime expressions)."""
        parameters = {name: self._found(step, name) for name in target.variables}
        reader = self.version_of(target)
        if "If-Match" in target.demands and reader is not None and reader is self.reader_of(step):
            parameters["If-Match"] = "$response.header.ETag"
        link: Part = {"operationId": target.id, "description": target.said["description"]}
        if parameters:
            link["parameters"] = parameters
        if target.id in _next(step.id):
            link["x-main-way"] = True
        return link

    def _found(self, step: Step, name: str) -> str:
        reader = self.reader_of(step)
        if reader is not None and reader.path.endswith(f"{{{name}}}"):
            return "$response.body#/id"
        if name in self._properties(step):
            return f"$response.body#/{name}"
        if name in step.variables:
            return f"$request.path.{name}"
        raise LookupError(f"{step.id} leads nowhere: its answer doesn't show {name}.")

    def _properties(self, step: Step) -> Part:
        name = (step.shape or "").rpartition("/")[2]
        found: Part = self.components["schemas"].get(name, {}).get("properties", {})
        return found


def _next(name: str) -> tuple[str, ...]:
    """Return the next operation of the main way."""
    if name not in MAIN_WAY[:-1]:
        return ()
    return (MAIN_WAY[MAIN_WAY.index(name) + 1],)
