"""What the contract says of every operation alike: answers, headers, refusals, tags."""

from typing import Any

from app.api.contract.walk import Part
from app.api.messages import detailed
from app.domain.errors import Stale
from app.domain.fields import NO_CONTROL

TAGS = {
    "assessments": "A family's situation assessed: periodically and at the end (art. 15 ust. 1).",
    "assignments": "Who assists which family; transfers, substitutions, free places.",
    "audit": "Who looked at what, who changed it and why; what of it is out of the ordinary.",
    "cases": "The case as a whole: where it stands, what can be done, what is due, what happened.",
    "centre": "The centre and its settings.",
    "clients": "Machine clients: registered, given secrets and scopes, disabled (RFC 6749 §4.4).",
    "closures": "The end of the work: what stands against it, the closure, the archive.",
    "consents": "The family's consent: given, refused, withdrawn.",
    "covers": "Who covers for an absent worker, on which days; rights follow the days.",
    "destruction": "Which files may go: listed, approved, carried out file by file (K8).",
    "diagnoses": "The assistant's diagnosis and its revisions.",
    "directory": "Districts (rejony) and the social workers who serve them.",
    "emergencies": "Files opened in an emergency: for hours, with a reason, told and reviewed.",
    "families": "Families and their members: searched for first, then recorded.",
    "health": "Does the process run, does the database answer; for the machines that watch.",
    "intake": "Signals: how the centre learns of a family in difficulty.",
    "interviews": "Environmental interviews.",
    "monitoring": "Monitoring of a family after the work has ended (art. 15 ust. 1 pkt 16).",
    "motions": "Motions of the assistant and the manager's decisions; suspensions.",
    "notices": "Notices on data processing: versions, and to whom each was handed (art. 13 RODO).",
    "offers": "Offers of help.",
    "placements": "Children in care, foster families and their coordinators.",
    "plans": "Work plans: drafted with the family, consulted, agreed, carried out, revised.",
    "reference": "The rules that are enforced, and the closed lists: all that a screen explains.",
    "referrals": "Applications for an assistant, and the manager's decisions on them.",
    "retention": "How long a file is kept: legal holds, and the records of erased files.",
    "rights": "Rights of the persons: access to the data and their erasure (art. 15, 17 RODO).",
    "sessions": "Signing in, refreshing, signing out; who am I.",
    "staff": "The people of the centre: qualifications, checks, authorisations, admission to work.",
    "visits": "Visits: recorded, corrected and read; failed ones; how often contact is held.",
    "webhooks": "Machines that are told what happens: addresses, secrets, messages, their replay.",
    "worklist": "One call per person: what waits for them.",
}

ANSWERS: dict[str, tuple[str, str]] = {
    "400": ("BadRequest", "The request can't be read."),
    "401": ("Unauthorized", "Sign in first."),
    "403": (
        "Forbidden",
        (
            "This role or scope may not, or you hold no data authorisation (K3, art. 7 ust. 4 UWR),"
            " or you are not admitted to work (J1, art. 21 ust. 1 USEX), or suspended from it (C10,"
            " art. 13 ust. 1 UWR), or your centre demands a second factor that you lack (S4)."
        ),
    ),
    "404": ("NotFound", "There is no such thing here, or it is not for you to see."),
    "409": ("Conflict", "A rule or the present state forbids it."),
    "412": ("PreconditionFailed", "It has changed since you read it; `ETag` is the current one."),
    "413": ("ContentTooLarge", "The body is too large."),
    "415": ("UnsupportedMediaType", "The body is not JSON."),
    "422": ("UnprocessableContent", "The content is invalid; `errors` lists every place."),
    "428": ("PreconditionRequired", "Send `If-Match` with the ETag that you read."),
    "429": (
        "TooManyRequests",
        "Too many requests, or too many attempts to sign in: wait as `Retry-After` says.",
    ),
    "500": ("InternalServerError", "Our error; nothing was stored."),
    "503": ("ServiceUnavailable", "Try again shortly; nothing was stored."),
}
GOOD = {
    "200": "The content as it now is.",
    "201": "Created: the content as it was stored.",
    "204": "Done; there is nothing to show.",
}
HEADERS: dict[str, tuple[str, Part]] = {
    "X-Request-ID": (
        "Id of this request, also in the logs",
        {"type": "string", "format": "uuid", "maxLength": 36},
    ),
    "API-Version": (
        "Version of this contract",
        {"type": "string", "maxLength": 20, "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"}
        | {"examples": ["1.1.0"]},
    ),
    "ETag": (
        "Version of the content, for `If-Match`",
        {"type": "string", "maxLength": 11, "pattern": '^"[0-9]{1,9}"$', "examples": ['"4"']},
    ),
    "Location": (
        "Address of what was created",
        {"type": "string", "maxLength": 200, "format": "uri-reference"},
    ),
    "Link": (
        'The next page, `rel="next"` (RFC 8288)',
        {"type": "string", "maxLength": 5_000, "pattern": '^<[^>]+>; rel="next"$'}
        | {"examples": ['</api/v1/districts?limit=2&cursor=Y3Vyc29y>; rel="next"']},
    ),
    "Idempotency-Replayed": (
        "`true` where this is the first answer again",
        {
            "type": "string",
            "enum": ["true"],
            "x-terms": {"true": {"pl": "powtórzona odpowiedź", "en": "the first answer again"}},
        },
    ),
    "Retry-After": (
        "Seconds to wait",
        {"type": "integer", "format": "int32", "minimum": 1, "maximum": 3_600},
    ),
    "Access-Control-Allow-Origin": (
        "The caller's origin, where a browser asks and the centre's settings allow it",
        {"type": "string", "maxLength": 300, "pattern": r"^https?://[^\s/]+$"}
        | {"examples": ["http://localhost:5173"]},
    ),
    "WWW-Authenticate": (
        "How to sign in",
        {
            "type": "string",
            "enum": ["Bearer"],
            "x-terms": {
                "Bearer": {"pl": "token z POST /sessions", "en": "token of POST /sessions"}
            },
        },
    ),
}
ALWAYS = ("X-Request-ID", "API-Version", "Access-Control-Allow-Origin")
BY_STATUS = {
    "401": ("WWW-Authenticate",),
    "412": ("ETag",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
# FastAPI writes the names of headers in small letters and knows nothing of the guards' demands.
DEMANDED: dict[str, tuple[str, Part]] = {
    "if-match": (
        "If-Match",
        {"type": "string", "minLength": 3, "maxLength": 11, "pattern": '^"[0-9]{1,9}"$'},
    ),
    "idempotency-key": (
        "Idempotency-Key",
        {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[A-Za-z0-9_-]+$"},
    ),
}


def _text(longest: int, description: str) -> dict[str, Any]:
    return {
        "type": "string",
        "maxLength": longest,
        "pattern": NO_CONTROL,
        "description": description,
    }


PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details; the input is never echoed.",
    "additionalProperties": False,
    "required": [
        *("type", "title", "status", "detail", "code", "instance", "legal_basis", "facts", "errors")
    ],
    "properties": {
        "type": _text(200, "urn:asysta:problem:<kind>"),
        "title": _text(500, "What is refused, in the language of the answer"),
        "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599},
        "detail": _text(4000, "The title with this occurrence's facts"),
        "code": _text(80, "Stable: the rule's id where there is one"),
        "instance": _text(80, "urn:uuid of the request"),
        "legal_basis": _text(500, "The article, where a rule stands behind it")
        | {"type": ["string", "null"]},
        "facts": {"type": "object", "additionalProperties": True, "maxProperties": 50},
        "errors": {
            "type": "array",
            "maxItems": 100,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": _text(400, "JSON pointer into the body, or the parameter"),
                    "code": _text(80, "Kind of error"),
                    "detail": _text(500, "What is wrong"),
                },
            },
        },
    },
    "examples": [
        {
            "type": "urn:asysta:problem:stale",
            "title": Stale.pl,
            "status": 412,
            "detail": detailed(Stale(current=4), "pl"),
            "code": "stale",
            "instance": "urn:uuid:0198f5a2-7c4e-7d10-9a35-2f6e8b1c4d70",
            "legal_basis": None,
            "facts": {"current": 4},
            "errors": [],
        }
    ],
}
