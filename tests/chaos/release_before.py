"""The release before this one, as its commit has it, run with the libraries of today."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.chaos import newer_schema
from tests.factories.databases import MASTER_KEY
from tests.factories.processes import Serving, free_port
from tests.factories.sources import ROOT

RECORD = ROOT / "alembic" / "release-before.toml"
PLUGIN = Path(newer_schema.__file__)
PATIENCE_S = 300.0


class NoHistory(Exception):
    """The commit of the release before is not here: the clone is shallow, or no clone at all."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release's sources, and the folder of its keys."""

    root: Path
    data: Path
    schema: str

    def environment(self, url: str) -> dict[str, str]:
        """Return what its processes are told."""
        told = {"DATABASE_URL": url, "ASYSTA_DATA_DIR": str(self.data)}
        return os.environ | told | {"ASYSTA_MASTER_KEY": MASTER_KEY}

    def order(self, url: str, *arguments: str) -> None:
        """Run one of its commands to the end."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=self.root,
            env=self.environment(url),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test(self, schema: Path, *files: str) -> tuple[int, list[str]]:
        """Run some of its own tests on the schema of this release.

        Return how many passed, and the names of the others.
        """
        shutil.copy(PLUGIN, self.root / PLUGIN.name)
        wanted = ("-p", PLUGIN.stem, "-p", "no:randomly", "-p", "no:cacheprovider")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *wanted, *files],
            cwd=self.root,
            env=os.environ | {newer_schema.SCHEMA: str(schema), "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE_S,
        )
        passed = re.search(r"(\d+) passed", done.stdout)
        others = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
        assert passed or others, done.stdout + done.stderr
        return int(passed[1]) if passed else 0, others

    def serve(self, url: str) -> Serving:
        """Start its `serve` and return at once."""
        port = free_port()
        said = self.data / f"said.{port}"
        with said.open("w") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=self.root,
                env=self.environment(url) | {"ASYSTA_PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
            )
        return Serving(child, f"http://127.0.0.1:{port}", said)


def recorded() -> tuple[str, str]:
    """Return the commit of the release before, and the revision of its schema."""
    said = _record()
    return said["commit"], said["schema"]


def outdated() -> set[str]:
    """Return its tests that a rule refutes which the database enforces since."""
    return set(_record()["since"])


def _record() -> dict[str, Any]:
    return tomllib.loads(RECORD.read_text(encoding="utf-8"))


def is_here() -> bool:
    """Tell whether this clone has its commit."""
    git = ["git", "-C", str(ROOT), "cat-file", "-e", f"{recorded()[0]}^{{commit}}"]
    return subprocess.run(git, capture_output=True, check=False).returncode == 0


@contextmanager
def release_before(data: Path) -> Iterator[Release]:
    """Unpack the release before until the end of the block; refuse where its commit is not here."""
    commit, schema = recorded()
    git = ["git", "-C", str(ROOT), "archive", "--format=tar", commit]
    done = subprocess.run(git, capture_output=True, check=False)
    if done.returncode:
        raise NoHistory(
            f"The release before this one ({commit}, {RECORD.name}) is not in this clone:"
            " `git fetch --unshallow` brings it."
        )
    with TemporaryDirectory(prefix="asysta-before-") as folder:
        with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        data.mkdir(parents=True, exist_ok=True)
        yield Release(Path(folder), data, schema)
