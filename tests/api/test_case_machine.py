"""Every state of a case against every command: the table forbids, and nothing else does."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.cases.rules import ENDED, WORKFLOW, CaseState
from app.domain.cases.tables import Case
from app.domain.monitoring.tables import Monitoring
from tests.factories.api import Api
from tests.factories.cases import make_case
from tests.factories.commands import COMMANDS, INTAKE, WORK, Command
from tests.factories.people import HERE, World
from tests.factories.walks import Walk

BEFORE_FIRST_VISIT = {"diagnoses", "visits", "cooperation-agreements"}
(REVISE,) = (command for command in WORK if command.name == "plans")


async def _in(api: Api, world: World, state: CaseState) -> Walk:
    """Make a case that has a part of every kind, and put it into a state."""
    walk = Walk(api, world, await make_case(world, CaseState.SIGNAL_RECEIVED))
    for command in (*INTAKE, *WORK, REVISE):
        response = await walk.give(command, await walk.place())
        assert response.status_code < 300, (command.name, response.text)
    async with world.acting() as act:
        case = await act.find(Case, walk.made.case)
        case.state = state
        act.add(
            Monitoring(
                case_id=case.id,
                family_id=case.family_id,
                assistant_id=HERE.assistant.id,
                starts_on=act.today,
                planned_end=date(2026, 9, 10),
                interval_months=1,
            )
        )
    return walk


def _says(command: Command, state: CaseState) -> str:
    """Say by which code a command is refused; where the law has its own word, it comes first."""
    if state is CaseState.ASSIGNED and command.name in BEFORE_FIRST_VISIT:
        return "B10"
    return "B10" if command.name == "first_visit confirmation" else "illegal_step"


def _expected(state: CaseState) -> list[Command]:
    """Return what the state forbids; a new signal may always name a case that has ended."""
    return [
        command
        for command in COMMANDS
        if command.actions
        and not any(s.action in command.actions and state in s.sources for s in WORKFLOW.steps)
        and not (command.name == "relapse" and state in ENDED)
    ]


@pytest.mark.rule("B10")
@pytest.mark.parametrize("state", list(CaseState), ids=lambda state: state.value)
async def test_a_command_is_refused_in_every_state_that_its_table_does_not_name(
    api: Api, world: World, connection: AsyncConnection, state: CaseState
) -> None:
    walk = await _in(api, world, state)
    place, before, faults = await walk.place(), await walk.facts(), []
    for command in _expected(state):
        attempt = await connection.begin_nested()
        response = await walk.give(command, place)
        said = response.status_code, response.json().get("code")
        if said != (409, _says(command, state)) or await walk.facts() != before:
            faults.append((command.name, said))
        await attempt.rollback()
    assert not faults
