"""The generator of load: a process of its own, a fixed number of connections, one pipeline each.

Reads its order as JSON from standard input; says `go` when the warm-up is over, then one line of
JSON with what it saw. It ends by itself at its deadline and speaks to this machine only.
"""

import asyncio
import json
import sys
import time
from itertools import count
from typing import Any, cast
from uuid import uuid4

import uvloop

HOST = "127.0.0.1"


class Programme:
    """The requests in turn; what must differ from sending to sending is put in here."""

    def __init__(self, asked: list[dict[str, Any]]) -> None:
        """Start at the first one."""
        self._asked = [([t.encode() for t in a["texts"]], a["version"]) for a in asked]
        self._turns = count()
        self._mark = uuid4().hex

    def next(self) -> bytes:
        """Write the next request."""
        turn = next(self._turns)
        lap, place = divmod(turn, len(self._asked))
        texts, version = self._asked[place]
        text: bytes = texts[lap % len(texts)]
        if b"@KEY@" in text:
            text = text.replace(b"@KEY@", f"{self._mark}-{turn}".encode())
            text = text.replace(b"@VERSION@", str(version + lap).encode())
        return text


class Wire(asyncio.Protocol):
    """One connection: sends a request as soon as the answer to the one before is complete."""

    def __init__(self, programme: Programme, seen: list[tuple[float, float, int]]) -> None:
        """Know where requests come from and where figures go."""
        self.programme, self.seen = programme, seen
        self.deadline = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()
        self._since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so where nobody had finished."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("The server hung up."))

    def send(self) -> None:
        """Send the next request, or end at the deadline."""
        self._since = time.perf_counter()
        if self._since >= self.deadline:
            self.done.set_result(None)
            self.transport.close()
            return
        self.transport.write(self.programme.next())

    def data_received(self, data: bytes) -> None:
        """Take an answer in; note its time and status when it is whole."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or len(self._buffer) < end + 4 + self._length(end):
            return
        self.seen.append((self._since, time.perf_counter(), int(self._buffer[9:12])))
        self._buffer.clear()
        self.send()

    def _length(self, end: int) -> int:
        head = bytes(self._buffer[:end]).lower()
        start = head.index(b"\r\ncontent-length:") + 17
        stop = head.find(b"\r\n", start)
        return int(head[start : stop if stop > 0 else end])


async def drive(order: dict[str, Any]) -> dict[str, Any]:
    """Keep so many connections busy for so long; return what was seen after the warm-up."""
    seen: list[tuple[float, float, int]] = []
    programme, loop = Programme(order["asked"]), asyncio.get_running_loop()
    wires: list[Wire] = []
    for _ in range(order["connections"]):
        _, wire = await loop.create_connection(lambda: Wire(programme, seen), HOST, order["port"])
        wires.append(wire)
    begin = time.perf_counter() + order["warm"]
    for wire in wires:
        wire.deadline = begin + order["seconds"]
        wire.send()
    loop.call_at(
        loop.time() + order["warm"], lambda: sys.stdout.write("go\n") and sys.stdout.flush()
    )
    await asyncio.gather(*(wire.done for wire in wires))
    return _figures([s for s in seen if s[1] >= begin], begin)


def _figures(seen: list[tuple[float, float, int]], begin: float) -> dict[str, Any]:
    times = sorted(end - start for start, end, _ in seen)
    statuses = [status for _, _, status in seen]
    return {
        "requests": len(seen),
        "seconds": max((end for _, end, _ in seen), default=begin) - begin,
        "p50_ms": times[len(times) // 2] * 1000 if times else 0,
        "p99_ms": times[min(len(times) - 1, int(len(times) * 0.99))] * 1000 if times else 0,
        "statuses": {str(status): statuses.count(status) for status in sorted(set(statuses))},
    }


def main() -> None:
    """Carry out the order."""
    found = uvloop.run(drive(json.load(sys.stdin)))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
