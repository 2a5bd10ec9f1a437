"""True examples in the contract: the files of `openapi/examples`, which the tests tell."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from app.api.contract.walk import Part, operations

FOLDER = Path(__file__).parents[3] / "openapi" / "examples"


def show_examples(found: Part) -> None:
    """Show each example at its operation: what is sent, what is answered, by whom and on which day.

    Each is an Example Object (OpenAPI 3.1) under its file's name; `x-role` says who asked and
    `x-today` the day on which it was true.
    """
    for operation in operations(found):
        for name, said in _examples(str(operation.get("operationId"))):
            about = {"summary": said["summary"], "x-today": said["today"]}
            if "role" in said:
                about["x-role"] = said["role"]
            if "request" in said:
                _show(operation["requestBody"], name, about | {"value": said["request"]})
            if "response" in said:
                answer = operation["responses"][str(said["status"])]
                _show(answer, name, about | {"value": said["response"]})


def _show(part: Part, name: str, shown: Part) -> None:
    for content in part["content"].values():
        content.setdefault("examples", {})[name] = shown


def _examples(operation: str) -> Iterator[tuple[str, Any]]:
    for name, said in _files():
        if name.partition("--")[0] == operation:
            yield name, said


@cache
def _files() -> list[tuple[str, Any]]:
    paths = sorted(FOLDER.glob("*.json"), key=lambda path: path.stem)  # `a` before `a--b`
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
