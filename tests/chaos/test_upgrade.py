"""The change from the release before, in short; where the history is not here, that is said."""

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from app.db.migrate import configuration
from tests.chaos import release_before, upgrade
from tests.chaos.office import empty_office

SLACK = 4.0  # in time, and in time only


@pytest.mark.skipif(not release_before.is_here(), reason="a clone without history: --unshallow")
def test_no_request_fails_while_one_release_takes_over_from_the_other() -> None:
    with empty_office() as place, release_before.release_before(place.folder) as before:
        figures = upgrade.change_over(place, before, 1.5, lambda _: None)
    assert not [figure for figure in figures if not figure.holds(SLACK)]


def test_the_release_before_stands_on_one_of_our_revisions_and_not_on_the_last() -> None:
    scripts = ScriptDirectory.from_config(configuration("postgresql://none"))
    known = [script.revision for script in scripts.walk_revisions()]
    assert release_before.recorded()[1] in known[1:]


def test_a_clone_without_its_commit_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "release-before.toml"
    record.write_text(f'commit = "{"0" * 40}"\nschema = "x"\n')
    monkeypatch.setattr(release_before, "RECORD", record)
    assert not release_before.is_here()
    refused = pytest.raises(release_before.NoHistory, match="git fetch --unshallow")
    with refused, release_before.release_before(tmp_path):
        pass
