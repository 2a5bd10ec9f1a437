"""Before anything is measured: every stack gives the same answers.

The floor's are compared whole, less what it leaves out; a peer's by the fields that it has, which
must be the essential ones at least.
"""

import json
import socket
from typing import Any

from tests.bench.load import Programme
from tests.bench.requests import Asked
from tests.bench.rounds import Stage, requests_of
from tests.bench.servers import LEFT_OUT, OWN, Stack

# What each writing makes anew: its ids, instants, and what depends on who is writing.
ANEW = {"id", "created_at", "starts_on", "replaces_id"}
FLOOR_LEAVES_OUT = {"allowed_actions"}
PEERS_LEAVE_OUT = {"warnings"}  # they judge no visit by the centre's settings
ESSENTIAL = {
    "R1": {"id", "state", "family_surname", "assistant", "links", "deadlines", "coordinators"},
    "R2": {"id", "state", "family_surname", "assistant", "social_worker", "next_due_on"},
    "R3": {"id", "kind", "due_on", "standing", "family_surname", "case_state"},
    "W1": {"case_id", "held_on", "present", "tasks", "topics", "notes"},
    "W2": {"case_id", "assistant", "handover_note"},
}


class Differs(Exception):
    """Two stacks do not answer the same."""


def exchange(port: int, asked: Asked) -> tuple[int, Any]:
    """Send one request; return status and document."""
    programme = Programme([{"texts": asked.texts, "version": asked.version}])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall(programme.next())
        with wire.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            headers = dict(_headers(iter(answer.readline, b"\r\n")))
            body = answer.read(int(headers["content-length"]))
    return status, json.loads(body) if body[:1] in {b"{", b"["} else body.decode()


def _headers(lines: Any) -> Any:
    for line in lines:
        name, _, value = line.decode().partition(":")
        yield name.lower(), value.strip()


def require_equal(stage: Stage, kind: str, served: dict[str, Stack], sample: int = 5) -> int:
    """Refuse with Differs unless all stacks agree on some requests; return how many were asked."""
    asked = requests_of(stage, kind)
    chosen = asked[:: max(1, len(asked) // sample)][:sample]
    for request in chosen:
        said = {
            name: exchange(stack.port, request)
            for name, stack in served.items()
            if (name, kind) not in LEFT_OUT
        }
        reference = said.pop("ours")
        if reference[0] not in {200, 201}:
            raise Differs(f"ours {kind}: {reference}")
        for name, (status, document) in said.items():
            if status != reference[0]:
                raise Differs(f"{name} {kind}: {status} {document}")
            compare(name, kind, reference[1], document)
    return len(chosen)


def compare(name: str, kind: str, ours: Any, theirs: Any) -> None:
    """Refuse with Differs where a document of another stack says something else than ours."""
    if "items" in ours:
        if len(ours["items"]) != len(theirs["items"]):
            raise Differs(f"{name} {kind}: {len(theirs['items'])} of {len(ours['items'])} items")
        pairs = list(zip(ours["items"], theirs["items"], strict=True))
    else:
        pairs = [(ours, theirs)]
    for one, other in pairs:
        fields = set(other) - PEERS_LEAVE_OUT if name not in OWN else set(one) - FLOOR_LEAVES_OUT
        missing = (ESSENTIAL.get(kind, set()) | (fields & set(one))) - set(other)
        if missing:
            raise Differs(f"{name} {kind}: without {sorted(missing)}")
        for field in sorted((fields & set(one)) - (ANEW if kind.startswith("W") else set())):
            if not _same(one[field], other[field]):
                raise Differs(f"{name} {kind} {field}: {other[field]!r}, not {one[field]!r}")


def _same(ours: Any, theirs: Any) -> bool:
    """Compare values; a peer's nested objects by the fields that they have."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_same(ours.get(name), value) for name, value in theirs.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if isinstance(ours, str) and isinstance(theirs, str):
        return _plain(ours) == _plain(theirs)
    return bool(ours == theirs)


def _plain(text: str) -> str:
    """Write instants alike: some stacks leave trailing zeros out."""
    return text.rstrip("Z0").rstrip(".") if text[10:11] == "T" else text
