"""What may be refused: by the form of an operation, and by the rules that it announces itself.

A response names its refusals by their types; what each one says, and by which article, stands once
in `components/x-refusals` under that type.
"""

from collections.abc import Iterator

from app.api.contract.walk import Part, operations
from app.api.contract.words import ANSWERS, PROBLEM_SCHEMA
from app.api.cursors import BadCursor
from app.api.http_refusals import BodyTooLarge, OurError, Unreadable, UnsupportedMediaType
from app.api.problems import (
    PROBLEM,
    AnswerErased,
    KeyReused,
    KeysDestroyed,
    NoIdempotencyKey,
    NoPrecondition,
    NotSignedIn,
    problems,
)
from app.domain.clients.rules import InsufficientScope
from app.domain.errors import Busy, Invalid, NotFound, Refusal, Stale
from app.domain.factors.rules import SecondFactorMissing
from app.domain.staff.rules import NoDataAuthorisation
from app.domain.vetting.rules import NotAdmitted, OffDuty
from app.domain.workflow import NotYourRole

REFUSALS = "x-refusals"
Kinds = tuple[type[Refusal], ...]
# An address may hold an unknown parameter whatever the operation takes.
ALWAYS: Kinds = (Invalid, OurError)
BEHIND_A_GUARD: Kinds = (
    *(NotSignedIn, NotYourRole, InsufficientScope, NoDataAuthorisation, OffDuty, NotAdmitted, Busy),
    *(SecondFactorMissing, KeysDestroyed),
)
OF_A_BODY: Kinds = (Unreadable, BodyTooLarge, UnsupportedMediaType)
OF_A_PARAMETER: dict[str, Kinds] = {
    "Idempotency-Key": (NoIdempotencyKey, KeyReused, AnswerErased),
    "If-Match": (NoPrecondition, Stale),
    "cursor": (BadCursor,),
}


def add_implied(operation: Part) -> None:
    """Add the refusals that follow from an operation's form to those that it announces itself."""
    said = operation["responses"]
    # The product counts no requests; the gateway before it does.
    said.setdefault("429", {"description": ANSWERS["429"][1]})
    for number, implied in problems(*_implied(operation)).items():
        status = str(number)
        answer = said.setdefault(status, {"description": ANSWERS[status][1]})
        both = [*answer.get(REFUSALS, ()), *implied[REFUSALS]]
        answer[REFUSALS] = list({refusal["type"]: refusal for refusal in both}.values())


def _implied(operation: Part) -> Iterator[type[Refusal]]:
    yield from ALWAYS
    if operation["security"]:
        yield from BEHIND_A_GUARD
    if "requestBody" in operation:
        yield from OF_A_BODY
    parameters = operation.get("parameters", ())
    if any(parameter["in"] == "path" for parameter in parameters):
        yield NotFound
    for parameter in parameters:
        yield from OF_A_PARAMETER.get(parameter["name"], ())


def share_refusals(found: Part) -> None:
    """Put each refusal's texts and an example of it into components; a response keeps its type."""
    told: Part = {}
    examples: Part = {}
    for operation in operations(found):
        for status, answer in operation["responses"].items():
            if REFUSALS not in answer:
                continue
            told |= {said["type"]: _texts(said) for said in answer[REFUSALS]}
            examples |= {_kind(said): _example(int(status), said) for said in answer[REFUSALS]}
            answer["content"][PROBLEM]["examples"] = {
                _kind(said): {"$ref": f"#/components/examples/{_kind(said)}"}
                for said in answer[REFUSALS]
            }
            answer[REFUSALS] = [said["type"] for said in answer[REFUSALS]]
    found["components"][REFUSALS] = dict(sorted(told.items()))
    found["components"]["examples"] = dict(sorted(examples.items()))
    # A mock would take the schema's own example before these.
    del found["components"]["schemas"]["Problem"]["examples"]


def _kind(said: Part) -> str:
    return str(said["type"].rpartition(":")[2])


def _example(status: int, said: Part) -> Part:
    """Write the problem as a client gets it; a mock gives it where it is asked for by its kind."""
    (usual,) = PROBLEM_SCHEMA["examples"]
    told = {"type": said["type"], "title": said["pl"], "detail": said["pl"], "code": said["code"]}
    basis = said.get("legal_basis") or None
    no_facts: Part = {"facts": {}, "errors": []}
    value = usual | told | {"status": status, "legal_basis": basis} | no_facts
    return {"summary": said["en"], "value": value}


def _texts(said: Part) -> Part:
    """Leave out the type, which is the key, and the article where there is none."""
    return {name: value for name, value in said.items() if name != "type" and value}
