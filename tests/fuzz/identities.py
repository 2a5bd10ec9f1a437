"""Whom the fuzzer is: each role with its peers, as a Web Fuzzing Commons auth file says them.

"own" asks. "colleague" has the same role in the same centre and other families; "stranger" has it
in another centre. A manager sees the whole centre (K11), so that a colleague there is nobody whom
a row must be hidden from.
"""

import json
from dataclasses import dataclass
from typing import Any

from app.demo import people
from app.demo.centres import CENTRES, DemoCentre

HOME, ABROAD = CENTRES[0], CENTRES[1]
SIGN_IN = "/api/v1/sessions"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who signs in."""

    name: str
    centre: DemoCentre
    login: str

    def credentials(self) -> dict[str, str]:
        """Return the body of their sign-in."""
        return {"centre": self.centre.code, "login": self.login, "password": people.PASSWORD}

    def entry(self) -> dict[str, Any]:
        """Return their entry of the auth file."""
        return {
            "name": self.name,
            "loginEndpointAuth": {
                "endpoint": SIGN_IN,
                "verb": "POST",
                "contentType": "application/json",
                "payloadRaw": json.dumps(self.credentials()),
                "token": {
                    "extractFrom": "body",
                    "extractSelector": "/access_token",
                    "sendIn": "header",
                    "sendName": "Authorization",
                    "sendTemplate": "Bearer {token}",
                },
            },
        }


LOGINS: dict[str, tuple[str, ...]] = {
    "manager": ("kierownik",),
    "social_worker": ("pracownik1", "pracownik2"),
    "assistant": ("asystent1", "asystent2"),
    "foster_care_coordinator": ("koordynator1", "koordynator2"),
    "administrator": ("administrator",),
}


def identities(role: str) -> list[Identity]:
    """Return who fuzzes as a role, and from whom their rows must be hidden."""
    here = zip(("own", "colleague"), LOGINS[role], strict=False)
    return [
        *(Identity(name, HOME, login) for name, login in here),
        Identity("stranger", ABROAD, LOGINS[role][0]),
    ]


def auth_file(role: str) -> dict[str, Any]:
    """Return the auth file of a role."""
    return {"auth": [identity.entry() for identity in identities(role)]}


def auth_settings(role: str, path: str) -> str:
    """Return the lines of the configuration that name the auth file and its peers."""
    names = [identity.name for identity in identities(role)]
    return f'\n[auth.wfc]\npath = {json.dumps(path)}\nuser = "own"\npeers = {json.dumps(names)}\n'
