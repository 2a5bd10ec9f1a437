"""The command line. `serve` on a given database imports what serves; the rest is `app.commands`.

A worker imports this module anew: it stays small, so that no worker holds the demo or Alembic.
"""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context

from rich.console import Console

from app.settings import Settings, WrongSetting, read_settings


def main() -> None:
    """Run a command; a wrong setting is one sentence, not a traceback."""
    with _one_sentence():
        if sys.argv[1:] == ["serve"] and (settings := read_settings()).database_url:
            _serve(settings)
        else:
            import_module("app.commands").app()


def _serve(settings: Settings) -> None:
    """Migrate in a process that ends with it, then serve in this one."""
    gc.disable()  # until the application has started and what it holds is frozen
    serving = import_module("app.serving")
    preparing = get_context("fork").Process(target=_prepare, args=(settings,))
    preparing.start()
    preparing.join()
    if preparing.exitcode:
        sys.exit(preparing.exitcode)
    serving.serve_on(settings)


def _prepare(settings: Settings) -> None:
    with _one_sentence(), import_module("app.ready").ready_database(settings):
        pass


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except WrongSetting as wrong:
        Console().print(f"[red]{wrong}[/red]")
        sys.exit(2)


if __name__ == "__mp_main__":
    gc.disable()  # a worker, which imports the application after this
if __name__ == "__main__":
    main()
