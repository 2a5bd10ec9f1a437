"""Serving the application: one process, or several that share the address and nothing else."""

import asyncio
import sys
from contextlib import suppress
from functools import partial

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.api import logs
from app.api.keys import load_keyring
from app.db.fitness import require_fit_to_serve
from app.db.vault.master import load_master
from app.main import create_app
from app.settings import Settings


class _Watch(Multiprocess):
    """The watch over the workers, which notices at once that one has died."""

    def keep_subprocess_alive(self) -> None:
        """Replace who has died or does not answer.

        The watch keeps a copy of each worker's end of the pipe on which it asks them. As long as
        it does, the pipe of a worker that died with a question open never ends, and the watch
        waits its whole minute for the answer, deaf to signals and blind to the other workers.
        """
        for worker in self.processes:
            worker.child_conn.close()
        super().keep_subprocess_alive()


def serve_on(settings: Settings) -> None:
    """Serve until a signal ends it; what the settings get wrong is said before anything starts.

    With several workers this process only listens and watches: it replaces a worker that dies,
    and on SIGHUP every worker in turn, each after its successor serves (new keys, no gap).
    """
    assert settings.database_url is not None
    logs.configure()
    each = settings.read_connections + settings.write_connections
    asyncio.run(require_fit_to_serve(settings.database_url, settings.workers * each))
    load_keyring(settings)  # made once, here, and not by all workers at once
    load_master(settings)
    config = _configuration(settings)
    if settings.workers > 1:
        _Watch(config, [config.bind_socket()]).run()
        return
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def _logging(settings: Settings) -> FastAPI:
    """Build the application in a process that may be a new one: its log has its form too."""
    logs.configure()
    return create_app(settings)


def _configuration(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        partial(_logging, settings),
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        ws="none",
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=60,  # a busy machine may need long to start a worker
    )
