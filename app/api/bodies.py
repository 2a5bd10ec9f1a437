"""Bodies of requests: JSON that can be read in one way only."""

import json
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.types import Message, Receive


class SaidOnce(Request):
    """A request whose JSON can be read in one way only (RFC 7493, I-JSON).

    A name that comes twice, another encoding than UTF-8 or a number that JSON doesn't know (NaN)
    is refused with 400: whoever looked at the body before us may have read something else.
    """

    async def json(self) -> Any:
        """Parse the body once; every refusal is a JSONDecodeError, as FastAPI awaits it."""
        if not hasattr(self, "_json"):
            try:
                said = (await self.body()).decode()
            except UnicodeDecodeError as failure:
                raise json.JSONDecodeError("Not UTF-8", "", failure.start) from None
            self._json = json.loads(said, object_pairs_hook=_once, parse_constant=_no_number)
        return self._json

    def again(self) -> Receive:
        """Return what gives the body once more, where it was read, to whoever begins anew."""
        messages = [{"body": self._body, "more_body": False}] if hasattr(self, "_body") else []

        async def receive() -> Message:
            if messages:
                return {"type": "http.request", **messages.pop()}
            return await self.receive()

        return receive


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise json.JSONDecodeError("A name comes twice", "", 0)
    return said


def _no_number(_: str) -> NoReturn:
    raise json.JSONDecodeError("Not a number of JSON", "", 0)
