"""The files of signed heads are whole, whatever kills the one who writes them."""

from pathlib import Path

import pytest

from app.api.keys import load_keyring
from app.auditing import heads
from app.settings import Settings


def test_signing_that_is_killed_leaves_the_heads_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies after the bytes of a file are written and before the file is in its place."""
    ring = load_keyring(Settings(data_dir=tmp_path))
    file = heads.keep(tmp_path, "2026-03-10", ["first"], ring)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            heads.keep(tmp_path, "2026-03-10", ["second"], ring)
    assert file.read_text() == "first\n"
    heads.keep(tmp_path, "2026-03-10", ["third"], ring)
    assert file.read_text() == "first\nthird\n"
    assert heads.public_keys(tmp_path / heads.KEYS).keys() == ring.verifying.keys()
