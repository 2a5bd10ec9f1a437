"""A destruction list: its course, and why a file is left out."""

import pytest

from app.domain.actor import Role
from app.domain.destruction import rules
from app.domain.destruction.rules import ListAction, ListState
from app.domain.errors import Conflict
from app.domain.retention import rules as retention
from app.domain.workflow import IllegalStep


@pytest.mark.rule("K8")
def test_there_is_no_list_of_nothing() -> None:
    rules.require_due(1)
    with pytest.raises(rules.NothingDue):
        rules.require_due(0)


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (ListState.PROPOSED, {ListAction.APPROVE, ListAction.WITHDRAW}),
        (ListState.APPROVED, {ListAction.CARRY_OUT, ListAction.WITHDRAW}),
        (ListState.WITHDRAWN, set()),
        (ListState.CARRIED_OUT, set()),
    ],
)
def test_a_list_is_approved_before_it_is_carried_out(
    state: ListState, actions: set[ListAction]
) -> None:
    for action in ListAction:
        if action in actions:
            assert Role.MANAGER in rules.WORKFLOW.step(state, action).roles
        else:
            with pytest.raises(IllegalStep):
                rules.WORKFLOW.step(state, action)


def test_every_refusal_of_an_erasure_says_why_a_file_is_left_out() -> None:
    refusals = {
        kind
        for kind in vars(retention).values()
        if isinstance(kind, type) and issubclass(kind, Conflict)
    }
    of_holds = {Conflict, retention.HoldLiftedAlready}
    assert refusals - of_holds == set(rules.LEFT_OUT)
