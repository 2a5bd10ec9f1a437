"""A case driven at random by everybody: whatever is tried, the procedure holds."""

from dataclasses import dataclass
from typing import Any

import pytest
from httpx import Response
from hypothesis import Phase, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.vault.rings import Vault
from app.domain.actor import Role
from app.domain.cases.rules import ASSISTED, WORKFLOW, CaseState
from app.settings import Settings
from tests.factories.assignments import fill
from tests.factories.bodies import Place
from tests.factories.cases import make_case
from tests.factories.commands import COMMANDS, ROAD, Command
from tests.factories.people import ELSEWHERE, HERE, Person
from tests.factories.spoiling import SPOILS
from tests.factories.walks import Facts, Walk, own_world

PEOPLE = (*HERE.people, ELSEWHERE.manager, ELSEWHERE.assistant)
WITHOUT_CONSENT = {
    *("first-visit", "visits", "cooperation-agreements", "plans"),
    *("change plan", "draft_plan activation"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One attempt: after some days a person (None: whose it is) tries something, perhaps badly."""

    days: int
    likely: bool
    pick: int
    person: Person | None
    spoil: str | None


MOVES = st.lists(
    st.builds(
        Move,
        days=st.sampled_from([0, 0, 0, 1, 6, 45, 190]),
        likely=st.sampled_from([True, True, True, False]),
        pick=st.integers(0, 999),
        person=st.sampled_from([None, None, None, *PEOPLE]),
        spoil=st.sampled_from([None, None, None, *SPOILS]),
    ),
    min_size=12,
    max_size=25,
)


@dataclass(frozen=True, slots=True)
class Try:
    """What is tried, and what the screens had said about it."""

    command: Command
    person: Person
    place: Place
    spoilt: bool
    seen: bool
    shown: dict[str, Any]

    @property
    def named(self) -> dict[str, Any] | None:
        """Return the action that this command would take, as the caller's screen showed it."""
        said = {action["action"]: action for action in self.shown.get("allowed_actions", ())}
        return next((said[a.value] for a in self.command.actions if a.value in said), None)

    @property
    def blind(self) -> bool:
        """Tell whether the command is given on a part that is not there."""
        return not self.place.there(self.command.at)


async def _wander(walk: Walk, start: int, moves: list[Move]) -> None:
    for command in ROAD[:start]:
        await _take(walk, Move(0, likely=False, pick=0, person=None, spoil=None), command)
    for move in moves:
        walk.api.clock.travel(days=move.days)
        await _take(walk, move, await _chosen(walk, move))


async def _chosen(walk: Walk, move: Move) -> Command:
    """Choose among all commands, or among those that the state knows."""
    state = (await walk.facts()).state
    known = {s.action for s in WORKFLOW.steps if state in s.sources}
    likely = [c for c in COMMANDS if not c.actions or known & set(c.actions)]
    choice = likely if move.likely else COMMANDS
    return choice[move.pick % len(choice)]


async def _take(walk: Walk, move: Move, command: Command) -> None:
    person = move.person or command.who
    seen = await walk.read(person)
    place, before = await walk.place(), await walk.facts()
    said = command.said(place)
    spoilt = move.spoil is not None and bool(said)
    if said and move.spoil:
        said = SPOILS[move.spoil](said, move.pick)
    shown = seen.json() if seen.status_code == 200 else {}
    attempt = Try(command, person, place, spoilt, bool(shown), shown)
    response = await walk.give(command, place, person, said)
    after = await walk.facts()
    _judge_answer(attempt, response)
    _judge_case(before, after, attempt, response)
    _judge_clocks(before, after, command, response)
    if person.roles == {Role.ASSISTANT}:
        assert attempt.seen == (await _may_see(walk, person)), "K11"


async def _may_see(walk: Walk, person: Person) -> bool:
    return person.centre == HERE.id and await walk.has_right(person)


def _judge_answer(attempt: Try, response: Response) -> None:
    """Hold the answer against what the caller's screen had promised."""
    story = (attempt.command.name, attempt.person.name, response.text)
    assert response.status_code < 500, story
    refused = response.status_code >= 400
    code = response.json()["code"] if refused else None
    if not attempt.seen and attempt.command.name != "relapse":
        assert response.status_code in {403, 404, 422 if attempt.spoilt else 404}, story
    named = attempt.named
    if named is None or attempt.blind:
        return
    if not named["allowed"]:
        assert refused, story
        if not attempt.spoilt:
            assert code in {named["rule"], "not_your_role"}, (named, *story)
    elif attempt.command.at == "case":
        assert code not in {"illegal_step", "not_your_role", "not_found"} or attempt.spoilt, story


def _judge_case(before: Facts, after: Facts, attempt: Try, response: Response) -> None:
    story = (attempt.command.name, attempt.person.name, response.text, before, after)
    if response.status_code >= 400:
        assert after == before, story
    if after.state is not before.state:
        assert after.state in _reachable(before.state, attempt.command), story
    if not attempt.command.actions:
        assert after.state is before.state, story
    assert after.assistants <= 1, story
    assert (after.families or 0) <= 15, story
    if before.consent_withdrawn_on and attempt.command.name in WITHOUT_CONSENT:
        assert response.status_code >= 400, story


def _reachable(state: CaseState, command: Command) -> set[CaseState]:
    """Return where a command may lead: by one step of its actions, or one that follows at once."""
    following = {s.action for s in WORKFLOW.steps if s.action.value in FOLLOWING}
    first = {
        s.target for s in WORKFLOW.steps if s.action in command.actions and state in s.sources
    } - {None}
    second = {s.target for s in WORKFLOW.steps if s.action in following and first & s.sources} - {
        None
    }
    return {target for target in first | second if target is not None}


FOLLOWING = {"find_no_need", "start_monitoring"}


def _judge_clocks(before: Facts, after: Facts, command: Command, response: Response) -> None:
    """E6: one period runs while the family is assisted; only a hand-over begins another."""
    story = (command.name, response.text, before, after)
    assert len(after.assessments_due) == (after.state in ASSISTED), story
    if {before.state, after.state} <= ASSISTED and command.name != "assessment handover":
        assert after.assessments_due == before.assessments_due, story


@pytest.mark.rule("E6")
@pytest.mark.rule("A1")
@pytest.mark.rule("C12")
@pytest.mark.rule("K11")
@hypothesis(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
@given(start=st.integers(0, len(ROAD)), moves=MOVES)
async def test_whatever_anybody_tries_the_procedure_holds(
    engine: AsyncEngine, vault: Vault, settings: Settings, start: int, moves: list[Move]
) -> None:
    async with own_world(engine, vault, settings) as (api, world):
        for person in (HERE.assistant, HERE.other_assistant):
            await fill(world, person, 14)
        made = await make_case(world, CaseState.SIGNAL_RECEIVED)
        await _wander(Walk(api, world, made), start, moves)
