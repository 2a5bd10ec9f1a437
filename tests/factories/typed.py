"""The commands of the product, as they are typed."""

import typer


def commands_of(told: typer.Typer) -> set[str]:
    """Return every command, those of a group after its name."""
    found: set[str] = set()
    for command in told.registered_commands:
        assert command.name or command.callback
        found.add(command.name or getattr(command.callback, "__name__", "").replace("_", "-"))
    for group in told.registered_groups:
        assert group.typer_instance is not None
        found |= {f"{group.name} {name}" for name in commands_of(group.typer_instance)}
    return found
