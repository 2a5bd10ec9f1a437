"""What the values of closed lists mean: each enum of the contract in Polish and in English."""

from collections.abc import Iterable

from app.api.contract.walk import Part, operations, within
from app.domain.terms import Term, all_terms

TERMS = "x-terms"
# Labels of new values come with /dictionaries, so clients can show what they don't know.
MAY_GROW = "x-may-grow"


def say_terms(found: Part) -> None:
    """Put both labels of each value beside every enum, and the same as a list for people to read.

    A field that takes some values of a list (a `Literal`) shows their labels too. What comes from
    no closed list of the domain brings its `x-terms` along. `x-may-grow`: the domain's whole list.
    """
    lists = {term.__name__: term for term in all_terms()}
    for name, schema in _enums(found):
        if TERMS not in schema:
            term = lists.get(name) or _meant(values(schema), lists.values())
            members = [term(value) for value in values(schema)]
            schema[TERMS] = {m.value: {"pl": m.pl, "en": m.en} for m in members}
            schema[MAY_GROW] = term is lists.get(name)
        listed = [f"- `{v}`: {said['pl']} / {said['en']}" for v, said in schema[TERMS].items()]
        about = schema.get("description", "")
        schema["description"] = f"{about}\n\n{chr(10).join(listed)}".strip()


def values(schema: Part) -> list[str]:
    """Return the values of a closed list: none where the schema is not one."""
    return [schema["const"]] if "const" in schema else schema.get("enum", [])


def _enums(found: Part) -> list[tuple[str, Part]]:
    """Return every closed list once, with the name of the schema or field that it stands in."""
    components = found["components"]
    named = [*components["schemas"].items()]
    named += [(name, header["schema"]) for name, header in components["headers"].items()]
    for operation in operations(found):
        named += [(said["name"], said["schema"]) for said in operation.get("parameters", ())]
    parts = [(name, part) for name, schema in named for part in within(schema) if values(part)]
    return list({id(part): (name, part) for name, part in parts}.values())


def _meant(wanted: list[str], lists: Iterable[type[Term]]) -> type[Term]:
    """Return the one list that has these values; none, or a second one, is a mistake of ours."""
    (term,) = [term for term in lists if set(wanted) <= {member.value for member in term}]
    return term
