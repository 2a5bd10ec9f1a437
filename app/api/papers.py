"""Papers for people: Typst templates of `assets`, compiled to PDF/A-2a with the fonts it brings.

What is shown travels as data beside the template and is never read as markup. PDF/A refuses a sign
that the font lacks (an emoji in a note), so such signs are written as `[?]`.
"""

import asyncio
import json
import re
import unicodedata
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst
from starlette.responses import Response

from app.api.deps import day_in_warsaw
from app.domain.access.rules import GrantReason
from app.domain.destruction.rules import FileState, LeftOutReason
from app.domain.disclosure.rules import RecordKind

PDF = "application/pdf"
LONGEST = 20_000_000
# How an operation that answers with a paper says so in the contract.
PAPER: Any = {
    "content": {PDF: {"schema": {"type": "string", "format": "binary", "maxLength": LONGEST}}}
}
ASSETS = Path(__file__).with_name("assets")
# Latin with Polish letters, Greek, Cyrillic (families from Ukraine), the usual punctuation.
_PRINTED = re.compile(
    r"[^\n\t\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u0386-\u03ce\u0401-\u045f\u0490\u0491"
    r"\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u20ac]"
)


async def person_paper(said: dict[str, Any], day: date) -> bytes:
    """Write the package of a person; its date is the day on which it was put together."""
    recipients = [
        said_of | {"label": GrantReason(said_of["reason"]).pl} for said_of in said["recipients"]
    ]
    withheld = [RecordKind(kind).pl for kind in said["withheld"]]
    parts = [part | {"entries": [*map(_dated, part["entries"])]} for part in said["parts"]]
    data = said | {"recipients": recipients, "withheld": withheld, "parts": parts}
    return await asyncio.to_thread(_compiled, ASSETS / "package.typ", data, day)


async def destruction_paper(said: dict[str, Any]) -> bytes:
    """Write the record of a destruction; its date is the day on which the list was carried out."""
    files = [
        file
        | {"state": FileState(file["state"]).pl}
        | {"because": LeftOutReason(because).pl if (because := file["because"]) else None}
        for file in said["files"]
    ]
    day = date.fromisoformat(said["carried_out_on"])
    template, data = ASSETS / "destruction.typ", said | {"files": files}
    return await asyncio.to_thread(_compiled, template, data, day)


def sent(paper: bytes, name: str) -> Response:
    """Answer with a paper, to be kept under a name."""
    kept = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(paper, media_type=PDF, headers=kept)


def _dated(entry: dict[str, Any]) -> dict[str, Any]:
    recorded = day_in_warsaw(datetime.fromisoformat(entry["recorded_at"]))
    return entry | {"recorded_on": recorded.isoformat()}


def printable(part: Any) -> Any:
    """Return what is shown with every sign that the font has."""
    if isinstance(part, dict):
        return {key: printable(value) for key, value in part.items()}
    if isinstance(part, list):
        return [printable(value) for value in part]
    if isinstance(part, str):
        return _PRINTED.sub("[?]", unicodedata.normalize("NFC", part).replace("\r\n", "\n"))
    return part


def _compiled(template: Path, data: Any, day: date) -> bytes:
    made: bytes = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(printable(data), ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["a-2a"],
        timestamp=datetime.combine(day, time(12), UTC),
    )
    return made
