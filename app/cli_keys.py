"""The commands that rotate the signing keys while the servers run."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.api import rotation
from app.api.deps import utc_now
from app.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="Rotate the keys that sign tokens, without downtime.")
console = Console()
AtOnce = Annotated[bool, typer.Option("--at-once", help="a key has leaked: don't wait")]


@app.command("list")
def list_keys() -> None:
    """Show each key: its file, its name in tokens (kid), what it does, since when."""
    table = Table("file", "kid", "state", "since (UTC)")
    for slot in rotation.slots(read_settings()):
        table.add_row(slot.file.name, slot.kid, slot.state.value, f"{slot.since:%Y-%m-%d %H:%M:%S}")
    console.print(table)


@app.command()
def prepare() -> None:
    """Make the next key: published and verified at once, it does not sign yet."""
    file = rotation.prepare(read_settings())
    minutes = rotation.PUBLISHED_FOR.total_seconds() / 60
    console.print(f"{file.name} is prepared: activate it in {minutes:.0f} minutes or later.")


@app.command()
def activate(*, at_once: AtOnce = False) -> None:
    """Let the next key sign; the one before goes on verifying."""
    file = rotation.activate(read_settings(), utc_now(), at_once=at_once)
    minutes = rotation.OUTLIVED_AFTER.total_seconds() / 60
    console.print(
        f"{file.name} signs now: retire the one before in {minutes:.0f} minutes or later."
    )


@app.command()
def retire(*, at_once: AtOnce = False) -> None:
    """Take the oldest key away: its tokens are refused from now on."""
    file = rotation.retire(read_settings(), utc_now(), at_once=at_once)
    console.print(f"{file.name} is gone; nothing it has signed is accepted any more.")
