"""The commands of the product: serve, migrate, demo data, accounts, the contract, the tour."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app import cli_backup, cli_keys, cli_overdue, cli_upkeep, cli_vault
from app.auditing.commands import commands
from app.cli_help import helped_in
from app.db.base import metadata
from app.db.schema import schema_sql
from app.db.vault.master import load_master
from app.delivering import commands as delivering
from app.demo import people
from app.demo.load import load_demo
from app.demo.scale.bars import POLAND_YEAR, Size, load_shown
from app.domain import rooms
from app.domain.actor import Role
from app.domain.centres.rules import WelfareCentreKind
from app.founding import FirstPerson, found_centre
from app.main import create_app
from app.ready import DATABASE, console, ready_database
from app.serving import serve_on
from app.settings import Settings, read_settings
from app.tour import walk

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
app.add_typer(cli_keys.app, name="keys")
NOWHERE = "postgresql://nobody@localhost/none"
CONTRACT = Path("openapi/v1.json")
SIZE = Size()

app.add_typer(cli_vault.commands(ready_database, console), name="vault")
cli_upkeep.add_to(app, ready_database, console)
cli_overdue.add_to(app, ready_database, console)
delivering.add_to(app, ready_database, console)


@app.command()
def up(families: Annotated[int, typer.Option(help="families per demo centre")] = 30) -> None:
    """Set up the database, load what the demo centres lack, and serve."""
    settings = read_settings()
    with ready_database(settings) as (ready, _):
        asyncio.run(load_demo(ready, families, console, up_to=True))
        _say_hello(ready)
        serve_on(ready)


@app.command()
def serve() -> None:
    """Serve on the database of DATABASE_URL (or the embedded one), migrated, without demo data."""
    with ready_database(read_settings()) as (ready, _):
        serve_on(ready)


def _say_hello(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    table = Table(title="Demo logins (centre bialystok)")
    for column in ("role", "login", "password"):
        table.add_column(column)
    for role, login in people.LOGINS:
        table.add_row(role, login, people.PASSWORD)
    console.print(table)
    console.print(f"API docs: [bold]{address}/docs[/bold]    stop with Ctrl-C")


@app.command()
def migrate() -> None:
    """Bring the schema up to date, revision by revision: each is whole or has not begun."""
    with ready_database(read_settings()):
        console.print("The schema is up to date.")


@app.command("demo-data")
def demo_data(
    families: Annotated[int, typer.Option(min=1, max=100_000, help="per centre")] = 30,
    up_to: Annotated[
        bool, typer.Option("--up-to", help="as many as each lacks: what was stopped goes on")
    ] = False,
) -> None:
    """Add fictitious families in every stage to the demo centres, with a progress bar."""
    with ready_database(read_settings()) as (ready, _):
        asyncio.run(load_demo(ready, families, console, up_to=up_to))


@app.command("scale-data")
def scale_data(
    families: Annotated[int, typer.Option(min=1, max=2_000_000)] = SIZE.families,
    centres: Annotated[int, typer.Option(min=1, max=9_999)] = SIZE.centres,
    seed: Annotated[int, typer.Option(min=0, help="the same seed makes the same rows")] = 1,
    visits_per_family: Annotated[
        int, typer.Option(min=4, max=250, help="in a year, where the work goes on")
    ] = SIZE.visits,
    audit: Annotated[bool, typer.Option("--audit", help="with entries in the audit")] = False,
    poland_year: Annotated[
        bool, typer.Option("--poland-year", help="2,500 centres, 4 million visits")
    ] = False,
) -> None:
    """Add families for load tests by bulk copy; stop it with Ctrl-C, and the same call goes on."""
    size = POLAND_YEAR if poland_year else Size(families, centres, visits_per_family)
    with ready_database(read_settings()) as (ready, admin):
        master = load_master(ready)
        asyncio.run(load_shown(admin, master, size, seed, audit=audit, console=console))


@app.command("create-centre")
def create_centre(  # noqa: PLR0913, PLR0917 - what a centre and its first people consist of
    code: Annotated[str, typer.Argument(help="short name that people sign in with")],
    name: str,
    kind: Annotated[WelfareCentreKind, typer.Option(help="kind of unit")],
    gmina: Annotated[str, typer.Option(help="TERYT code, seven digits")],
    address: Annotated[str, typer.Option()],
    phone: Annotated[str, typer.Option()],
    email: Annotated[str, typer.Option()],
    manager: Annotated[str, typer.Option(help="full name of the first manager")],
    login: Annotated[str, typer.Option(help="their login")],
    authorisation: Annotated[str, typer.Option(help="number of their data authorisation (K3)")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    administrator: Annotated[
        tuple[str, str, str] | None,
        typer.Option(help="first administrator: full name, login, number of the authorisation"),
    ] = None,
    administrator_password: Annotated[
        str | None, typer.Option(help="asked for where it is not said")
    ] = None,
) -> None:
    """Found a real centre with its first manager, who then takes the others on over the API.

    An administrator, who keeps accounts and settings and sees no family, may be founded with it.
    """
    office = {"code": code, "name": name, "kind": kind, "gmina": gmina, "address": address}
    first = [FirstPerson(Role.MANAGER, manager, login, password, authorisation)]
    if administrator:
        full_name, its_login, number = administrator
        secret = administrator_password or _asked("Administrator's password")
        first.append(FirstPerson(Role.ADMINISTRATOR, full_name, its_login, secret, number))
    with ready_database(read_settings()) as (ready, _):
        asyncio.run(found_centre(ready, office | {"phone": phone, "email": email}, *first))
        logins = " and ".join(person.login for person in first)
        console.print(f"{name} is ready: {logins} may sign in to {code}.")


@app.command("help-in")
def help_someone_in(
    code: Annotated[str, typer.Argument(help="code of the centre")],
    login: Annotated[str, typer.Argument(help="login of the person")],
) -> None:
    """Take a password and a second factor away, where nobody in the centre may (S4.1).

    Make sure who asks, in person or in writing. Prints the token for the next password; the audit
    and the manager's worklist have it.
    """
    with ready_database(read_settings()) as (ready, _):
        token, ends = asyncio.run(helped_in(ready, code, login))
        console.print(
            f"Until {ends:%Y-%m-%d %H:%M} UTC, for POST /sessions/password-reset: {token}"
        )


def _asked(what: str) -> str:
    said: str = typer.prompt(what, hide_input=True, confirmation_prompt=True)
    return said


@app.command("export-contract")
def export_contract(to: Annotated[Path, typer.Option(help="file to write")] = CONTRACT) -> None:
    """Write the OpenAPI contract to its file."""
    to.write_text(contract_text(), encoding="utf-8")
    console.print(f"Wrote {to}.")


def contract_text() -> str:
    """Return the contract as it stands in the file: indented, with a newline at the end."""
    with tempfile.TemporaryDirectory() as keys:
        offline = Settings(data_dir=Path(keys)).model_copy(update={"database_url": NOWHERE})
        document = create_app(offline).openapi()
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


@app.command("show-schema")
def show_schema() -> None:
    """Print the SQL of the whole schema, for those who review it."""
    list(rooms("tables"))
    for statement in schema_sql(metadata()):
        sys.stdout.write(statement + ";\n\n")


@app.command()
def tour(
    url: Annotated[str | None, typer.Option(help="a running server with the demo centres")] = None,
) -> None:
    """Walk a family's whole road over HTTP as five people; without a URL on a throw-away server."""
    walk.run(url, console)


app.add_typer(commands(ready_database, console), name="audit")
cli_backup.register(app, console, DATABASE)
