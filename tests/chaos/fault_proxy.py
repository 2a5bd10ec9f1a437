"""A TCP proxy between the API and its database that delays, cuts or swallows what passes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass(slots=True)
class FaultProxy:
    """Passes on to a port; a fault holds for everybody until it is taken away.

    `delay_s` is one way. While `open_` is not set nothing passes in either direction and nothing
    is lost, as on a network that swallows packets: TCP sends them again. `cut` ends what is there;
    `refuses` ends whoever comes.
    """

    to: int
    delay_s: float = 0.0
    refuses: bool = False
    open_: asyncio.Event = field(default_factory=asyncio.Event)
    _streams: set[asyncio.StreamWriter] = field(default_factory=set)

    @contextlib.asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[None]:
        """Listen until the end of the block."""
        self.open_.set()
        server = await asyncio.start_server(self._meet, "127.0.0.1", port)
        try:
            yield
        finally:
            server.close()
            self.open_.set()
            self.cut()

    def cut(self) -> None:
        """End every connection at once."""
        for stream in self._streams:
            stream.transport.abort()
        self._streams.clear()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        try:
            there, away = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        self._streams |= {writer, away}
        await asyncio.gather(self._pass(reader, away), self._pass(there, writer))
        self._streams -= {writer, away}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self.open_.wait()
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.close()
