"""How a property, a parameter, a fact of a refusal or a link of a case is called: `names.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

_TABLE: Mapping[str, Mapping[str, str]] = tomllib.loads(
    files("app.domain").joinpath("names.toml").read_text(encoding="utf-8")
)
POLISH, ENGLISH = _TABLE["polish"], _TABLE["english"]
_KINDS = {"_id": "", "_ref": " reference"}


def called(name: str, language: str) -> str:
    """Return what people call something; a name without an entry keeps its own words."""
    own = english(name)
    return POLISH.get(name, own) if language == "pl" else ENGLISH.get(name, own)


def english(name: str) -> str:
    """Return the name's own words: `valid_from` is "valid from", `case_id` is "case"."""
    for ending, said in _KINDS.items():
        if name.endswith(ending):
            name = name.removesuffix(ending) + said
    return name.replace("_", " ")
