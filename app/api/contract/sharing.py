"""What many operations say alike stands once in the contract: parameters, the usual answers."""

from collections import Counter
from json import dumps

from app.api.contract.walk import SCHEMAS, Part, operations, references
from app.api.contract.words import ANSWERS


def share(found: Part) -> None:
    """Put what many operations say alike into components: parameters, the usual answers."""
    components = found["components"]
    usual = _usual(found)
    for operation in operations(found):
        for place, parameter in enumerate(operation.get("parameters", ())):
            kind, name = "parameters", parameter["name"]
            if usual.get((kind, name)) == dumps(parameter):
                components.setdefault(kind, {})[name] = parameter
                operation[kind][place] = {"$ref": f"#/components/{kind}/{name}"}
        for status, answer in operation["responses"].items():
            kind = "responses"
            if usual.get((kind, status)) == dumps(answer):
                name = ANSWERS[status][0]
                components.setdefault(kind, {})[name] = answer
                operation[kind][status] = {"$ref": f"#/components/{kind}/{name}"}


def _usual(found: Part) -> dict[tuple[str, str], str]:
    """Return the form of each parameter and refusal that stands in the most operations."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for operation in operations(found):
        for parameter in operation.get("parameters", ()):
            counted["parameters", parameter["name"], dumps(parameter)] += 1
        for status, answer in operation["responses"].items():
            if status in ANSWERS:
                counted["responses", status, dumps(answer)] += 1
    ordered = sorted(counted.items(), key=lambda entry: entry[1])
    return {(kind, name): form for (kind, name, form), number in ordered if number > 1}


def prune(found: Part) -> None:
    """Drop the schemas that nothing refers to, and those that only they referred to."""
    schemas = found["components"]["schemas"]
    while unused := schemas.keys() - {r.removeprefix(SCHEMAS) for r in references(found)}:
        for name in unused:
            del schemas[name]
