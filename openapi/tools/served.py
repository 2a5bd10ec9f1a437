"""Serve a demo centre on a throw-away database while a command runs: `served.py npm run sample`."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.db.embedded import embedded_server
from tests.factories.databases import new_database
from tests.factories.serving import served


def main(command: list[str]) -> int:
    """Run the command with ASYSTA_URL set; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="asysta-served-") as made:
        folder = Path(made)
        with embedded_server(folder / "pg", durable=False) as postgres:
            url = asyncio.run(new_database(postgres.superuser_url, "served"))
            with served(url, folder) as address:
                said = os.environ | {"ASYSTA_URL": address}
                return subprocess.run(command, env=said, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
