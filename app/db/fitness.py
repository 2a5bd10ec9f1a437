"""Whether a database is fit to serve on."""

from app.db.connecting import connector
from app.db.session import APPLICATION_ROLE
from app.settings import WrongSetting

_ROOM = """
    SELECT current_setting('max_connections')::int - current_setting('reserved_connections')::int
           - current_setting('superuser_reserved_connections')::int
"""


async def require_fit_to_serve(url: str, connections: int) -> None:
    """Refuse to serve with a role that row security does not bind, or with too few connections."""
    connection = await connector(url, server_settings={"role": APPLICATION_ROLE}, timeout=5)()
    try:
        room = await connection.fetchval(_ROOM)
        if connections > room:
            raise WrongSetting(
                f"The server of DATABASE_URL has {room} connections, and the workers of this"
                f" machine may open {connections}: lower ASYSTA_WORKERS, ASYSTA_READ_CONNECTIONS"
                " or ASYSTA_WRITE_CONNECTIONS, or raise max_connections."
            )
        free = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        if await connection.fetchval(free):
            raise WrongSetting("DATABASE_URL: row security does not bind the application's role.")
    finally:
        await connection.close()
