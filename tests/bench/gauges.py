"""What the kernel and PostgreSQL know: CPU time, memory, statements, the machine's load."""

import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import asyncpg

_TICK = os.sysconf("SC_CLK_TCK")
_SENT = re.compile(r"LOG:  (?:execute [^:]*|statement): ")
PACKAGES = ("fastapi", "uvicorn", "uvloop", "sqlalchemy", "asyncpg", "pydantic", "python-jose")


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name: state, parent and so on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()


def parent(pid: int) -> int:
    """Return the number of a process's parent."""
    return int(_stat(pid)[1])


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.setdefault(parent(int(entry.name)), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def _family(pid: int) -> Iterator[int]:
    """Yield a process and everything that it started."""
    children, waiting = _children(), [pid]
    while waiting:
        now = waiting.pop()
        yield now
        waiting += children.get(now, [])


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children, also of those that have ended."""
    total = 0
    for member in _family(pid):
        try:
            fields = _stat(member)
        except (FileNotFoundError, ProcessLookupError):
            continue
        # utime, stime; of the root also what its ended children had (cutime, cstime).
        total += sum(map(int, fields[11:15] if member == pid else fields[11:13]))
    return total / _TICK


def rss_mib(pid: int) -> float:
    """Return the resident memory of a process and its children, in MiB."""
    total = 0
    for member in _family(pid):
        status = Path(f"/proc/{member}/status").read_text(encoding="ascii")
        total += int(status.partition("VmRSS:")[2].split()[0])
    return total / 1024


async def postmaster(superuser_url: str) -> int:
    """Return the number of the server's first process: the parent of every backend."""
    connection = await asyncpg.connect(superuser_url)
    try:
        return parent(await connection.fetchval("SELECT pg_backend_pid()"))
    finally:
        await connection.close()


async def log_statements(superuser_url: str, what: str) -> None:
    """Let the server log every statement (`all`) or no more (`none`)."""
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute("SELECT pg_sleep(0.3)")
    finally:
        await connection.close()


@contextmanager
def reading(log: Path) -> Iterator[list[str]]:
    """Collect what a log gains until the end of the block."""
    start, lines = log.stat().st_size, list[str]()
    yield lines
    with log.open(encoding="utf-8", errors="replace") as opened:
        opened.seek(start)
        lines += opened.read().splitlines()


def sent(lines: list[str]) -> int:
    """Count the statements in lines of a log, BEGIN and COMMIT among them."""
    return sum(bool(_SENT.search(line)) for line in lines)


def _processor() -> str:
    said = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{os.cpu_count()} x {said.group(1) if said else platform.machine()}"


async def machine(superuser_url: str) -> dict[str, str]:
    """Say what the figures were measured on."""
    connection = await asyncpg.connect(superuser_url)
    try:
        server = str(await connection.fetchval("SHOW server_version"))
        durable = str(await connection.fetchval("SHOW synchronous_commit"))
    finally:
        await connection.close()
    return {
        "cpu": _processor(),
        "load": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "python": platform.python_version(),
        "postgresql": f"{server}, synchronous_commit={durable}",
        **{name: metadata.version(name) for name in PACKAGES},
    }
