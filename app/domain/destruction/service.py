"""Proposing what may go, approving it, carrying it out file by file."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from app.domain.act import Act
from app.domain.actor import Role
from app.domain.destruction import queries, rules
from app.domain.destruction.rules import FileState, ListAction, ListState
from app.domain.destruction.tables import ApprovalFields, DestructionFile, DestructionList
from app.domain.events.rules import OfficeEventType
from app.domain.events.service import tell
from app.domain.retention.rules import ErasureGround
from app.domain.retention.service import erase_file
from app.domain.workflow import AllowedAction


async def propose(act: Act) -> DestructionList:
    """Put the files that are due on a list for the manager, at most a hundred of them (K8)."""
    due = await queries.files_due(act)
    rules.require_due(len(due))
    proposed = DestructionList(prepared_on=act.today)
    act.add(proposed)
    tell(act, OfficeEventType.DESTRUCTION_PROPOSED, proposed.id)
    await act.flush()
    act.add(
        *(
            DestructionFile(
                family_id=file.family_id,
                list_id=proposed.id,
                categories=list(file.categories),
                retention_until=file.until,
            )
            for file in due
        )
    )
    return proposed


async def approve(act: Act, list_id: UUID, if_match: int, said: ApprovalFields) -> DestructionList:
    """Approve a list: from now on its files may be destroyed."""
    listed = await _step(act, list_id, ListAction.APPROVE, if_match)
    listed.approved_on, listed.approved_by = act.today, act.actor.account_id
    listed.consent_ref = said.consent_ref
    tell(act, OfficeEventType.DESTRUCTION_APPROVED, listed.id)
    return listed


async def withdraw(act: Act, list_id: UUID, if_match: int) -> DestructionList:
    """Withdraw a list: what is still on it stays, and may be proposed again."""
    listed = await _step(act, list_id, ListAction.WITHDRAW, if_match)
    for file in await queries.files_left(act, list_id):
        file.state = FileState.LEFT_OUT
        file.left_out_because = rules.LeftOutReason.WITHDRAWN
    tell(act, OfficeEventType.DESTRUCTION_WITHDRAWN, listed.id)
    return listed


async def carry_out(
    act: Act, list_id: UUID, files: int, if_match: int | None = None
) -> DestructionList:
    """Destroy the next files of an approved list, each whole or not at all.

    Whatever interrupts it, what is done stays done: the next call goes on where this one ended.
    """
    listed = await _step(act, list_id, ListAction.CARRY_OUT, if_match)
    file = await queries.next_file(act, list_id)
    for _ in range(files):
        if file is None:
            break
        await _destroy(act, file)
        file = await queries.next_file(act, list_id)
    if file is None:
        listed.state, listed.carried_out_on = ListState.CARRIED_OUT, act.today
    act.touch(listed)
    tell(act, OfficeEventType.DESTRUCTION_CARRIED_ON, listed.id)
    return listed


async def _destroy(act: Act, file: DestructionFile) -> None:
    """Erase one file, or leave it out where something has come between."""
    try:
        ground = ErasureGround.RETENTION_OVER
        await erase_file(act, file.family_id, ground, list_id=file.list_id)
    except tuple(rules.LEFT_OUT) as refusal:
        file.state, file.left_out_because = FileState.LEFT_OUT, rules.LEFT_OUT[type(refusal)]
    else:
        file.state = FileState.ERASED
    await act.flush()


async def _step(
    act: Act, list_id: UUID, action: ListAction, if_match: int | None
) -> DestructionList:
    listed = await act.lock(DestructionList, list_id, if_match)
    taken = rules.WORKFLOW.step(ListState(listed.state), action)
    listed.state = taken.target or listed.state
    return listed


def allowed(facts: Mapping[str, Any], roles: Iterable[Role]) -> list[AllowedAction]:
    """List what can be done with a destruction list."""
    return rules.WORKFLOW.allowed_actions(ListState(facts["state"]), roles, lambda _: None)
