"""What the hooks and the checks share: the rows that were there, and what has been learned since.

This module and its two users run in the fuzzer's own environment, without the product.
"""

import atexit
import json
import os
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import requests  # type: ignore[import-untyped]

FOLDER = Path(os.environ["ASYSTA_FUZZ_FOLDER"])
ROWS: dict[str, Any] = json.loads((FOLDER / "rows.json").read_text(encoding="utf-8"))
VERSIONS: dict[str, int] = ROWS["versions"]
FAMILIES: dict[str, str] = ROWS["families"]
PROTECTED = frozenset(ROWS["protected"])
ABROAD = frozenset(id_ for ids in ROWS["abroad"].values() for id_ in ids)
HIDDEN = {peer: frozenset(ids) for peer, ids in ROWS["hidden"].items() if peer != "own"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_FRESH = 240
TIMEOUT = 60

# Ids that stand for a row already: a case that is sent again asks for the same one.
settled: set[str] = set(VERSIONS)
# Families that this run has moved to somebody else's district or desk: whoever they are now of
# may see them.
moved: set[str] = set()
cursors: dict[str, str] = {}
answered: Counter[str] = Counter()
repeated: defaultdict[str, Counter[str]] = defaultdict(Counter)
_tokens: dict[str, tuple[float, str]] = {}


def rows_of(case: Any) -> list[str]:
    """Return the ids in a request's path."""
    return [str(id_) for id_ in (case.path_parameters or {}).values()]


def sign_in(case: Any, name: str) -> str:
    """Open a session of its own; return its Authorization."""
    address = case.operation.schema.get_base_url()
    said = requests.post(
        f"{address}/api/v1/sessions", json=ROWS["credentials"][name], timeout=TIMEOUT
    )
    return f"Bearer {said.json()['access_token']}"


def authorisation(case: Any, name: str) -> str:
    """Return the Authorization of a peer, renewed in time."""
    since, kept = _tokens.get(name, (0.0, ""))
    if time.monotonic() - since > _FRESH:
        kept = sign_in(case, name)
        _tokens[name] = (time.monotonic(), kept)
    return kept


def repeat(request: Any, authorisation: str) -> Any:
    """Send a request once more, as somebody else."""
    headers = {**request.headers, "Authorization": authorisation}
    return requests.request(
        request.method, request.url, data=request.body, headers=headers, timeout=TIMEOUT
    )


def _tell() -> None:
    """Write down how often each operation gave each answer, and what was asked as a peer."""
    told = {"answered": answered, "repeated": repeated}
    (FOLDER / "told.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


atexit.register(_tell)
