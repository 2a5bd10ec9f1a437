"""The application: built from its settings; nothing connects or reads the environment at import."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from app.api import docs, federation, health, oauth, problems, retirement
from app.api.contract.document import EXPOSED_HEADERS, TITLE, document
from app.api.deps import utc_now
from app.api.frame import Fence, Frame
from app.api.keywatch import KeyWatch
from app.api.paths import Paths
from app.api.turns import Turns
from app.api.v1.router import routes
from app.db.sealing import Sealer
from app.db.session import Database
from app.db.vault.master import load_master
from app.settings import Settings, WrongSetting


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """Build the API; tests pass their own database and clock."""
    if database is None:
        database = connect(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.open()
        sealing = asyncio.create_task(Sealer(database).run())
        gc.collect()
        gc.freeze()
        gc.enable()  # the command line starts without it
        looking = asyncio.create_task(keys.run())
        yield
        looking.cancel()
        sealing.cancel()
        await asyncio.wait([looking, sealing])
        await database.close()

    app = FastAPI(
        **TITLE,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"logs": False},
    )
    app.state.settings, app.state.database, app.state.clock = settings, database, clock
    app.state.turns = Turns()
    app.state.relying = federation.relying(settings)
    keys = KeyWatch(settings, app.state)
    outside = (health.router, oauth.router, federation.router, docs.router)
    app.router.routes += [*routes(), *(route for part in outside for route in part.routes)]
    app.state.paths = app.router.middleware_stack = Paths(app.router)
    problems.install(app)
    _surround(app, settings)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


def _surround(app: FastAPI, settings: Settings) -> None:
    """Put the layers around the operations; each one added lies outside of those before."""
    app.add_middleware(Fence, longest_body=settings.max_body_bytes)
    app.add_middleware(
        retirement.Farewells,
        paths=app.state.paths,
        retiring=retirement.retiring(app.router.routes),
    )
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-Match", "Idempotency-Key"],
            expose_headers=EXPOSED_HEADERS,
        )
    app.add_middleware(Frame)


def connect(settings: Settings) -> Database:
    """Prepare the database of the settings."""
    if settings.database_url is None:
        raise WrongSetting("Setting DATABASE_URL is missing; `up` starts the embedded server.")
    return Database(
        settings.database_url,
        load_master(settings),
        reads=settings.read_connections,
        writes=settings.write_connections,
        timeout_ms=settings.statement_timeout_ms,
        replica=settings.replica_url,
    )
