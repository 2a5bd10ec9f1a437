"""Merge patches (RFC 7396): what is left out stays, `null` removes, lists are replaced as a whole.

`class FamilyPatch(Patch, FamilyFields)` is the whole shape: every field may be left out, and only
one that is typed `T | None` may be null. An endpoint takes `body: Annotated[FamilyPatch, PATCHED]`
and hands `body.changes()` to its service; the service puts them on the locked row
(`row.sqlmodel_update(changes)`) and judges the row that results.
"""

from typing import Any

from fastapi import Body
from pydantic_core import PydanticUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.domain.fields import Shape

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PATCHED = Body(media_type=MERGE_PATCH)


class Patch(Shape):
    """Base of merge patches: makes every field optional without making it nullable."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give every field a default that neither the contract nor `changes` shows."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            field.default = PydanticUndefined
            field.default_factory = _left_out
        cls.model_rebuild(force=True)

    def changes(self) -> dict[str, Any]:
        """Return what was said, null included, and nothing that was left out."""
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


def _left_out() -> None:
    return None


def require_json(request: Request) -> None:
    """Refuse a body of another kind, or of none, with 415; a PATCH may also be a merge patch."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind and not _sends_body(request):
        return  # what is missing is said with 422, where the content is judged
    if request.method != "PATCH":
        if kind != JSON:
            raise HTTPException(415)
    elif kind not in {JSON, MERGE_PATCH}:
        raise HTTPException(415, headers={"accept-patch": MERGE_PATCH})


def _sends_body(request: Request) -> bool:
    length = request.headers.get("content-length", "0")
    return length != "0" or "transfer-encoding" in request.headers
