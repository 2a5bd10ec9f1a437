"""Whatever the audit is told has a word for it, or its entries would not be shown."""

import re
from pathlib import Path

from app.domain.oversight.rules import ACTIONS, AuditPurpose

APP = Path("app")
FUNCTIONS = (APP / "db" / "functions.sql").read_text(encoding="utf-8")
# An entry's verb stands after its operation; the trigger of all tables names the command.
_VERB = re.compile(r"current_setting\('app\.operation', true\),\s*(?:'(\w+)'|lower\((TG_OP)\))")


def _body(name: str) -> str:
    return FUNCTIONS.split(f"CREATE FUNCTION app.{name}(")[1].split("CREATE FUNCTION")[0]


def test_every_verb_that_is_written_is_known() -> None:
    found = _VERB.findall(FUNCTIONS)
    assert len(found) == FUNCTIONS.count("INSERT INTO public.audit_entry")
    written = {verb for verb, _ in found if verb} | {"insert", "update"}
    assert written == ACTIONS.keys()
    assert any(trigger for _, trigger in found)


def test_every_purpose_that_is_written_is_known() -> None:
    named = set(re.findall(r"(?:THEN|ELSE) '(\w+)'", _body("purpose")))
    named |= set(re.findall(r"THEN '(\w+)' ELSE app\.purpose\(\)", FUNCTIONS))
    named |= set(re.findall(r"'family_search', search_id, '(\w+)'", FUNCTIONS))
    code = "".join(path.read_text(encoding="utf-8") for path in APP.rglob("*.py"))
    exports = re.findall(r"app\.note_export\((.*?)\)", code)
    assert exports
    named |= {said.split(",")[-1].strip(" '") for said in exports}
    assert named == {purpose.value for purpose in AuditPurpose}
