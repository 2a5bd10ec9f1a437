"""The examples of the contract are true: told in their order, they are answered as they say."""

import pytest

from tests.factories.api import Api
from tests.stories.chapters import CHAPTERS
from tests.stories.teller import Teller


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("chapter", CHAPTERS)
async def test_a_story_goes_as_its_examples_say(api: Api, chapter: str) -> None:
    await Teller(api).tell(*CHAPTERS[chapter])
