"""What a case has behind it, put into place directly: signal, interview, offer."""

from uuid import UUID

from app.domain.act import Act
from app.domain.cases.rules import CaseState
from app.domain.cases.tables import Case
from app.domain.deadlines.rules import interview_due
from app.domain.intake.rules import SignalSource
from app.domain.intake.tables import Signal
from app.domain.interviews.queries import find_interview
from app.domain.interviews.rules import InterviewPlace, InterviewState
from app.domain.interviews.tables import Interview
from app.domain.offers.rules import SupportSource, WorkForm
from app.domain.offers.tables import Offer
from tests.factories.people import World

NOT_INTERVIEWED = frozenset({CaseState.SIGNAL_RECEIVED})
NOT_DIAGNOSED = NOT_INTERVIEWED | {CaseState.INTERVIEW_IN_PROGRESS}
NOT_OFFERED = NOT_DIAGNOSED | {CaseState.DIAGNOSED, CaseState.NO_NEED}


async def add_past(act: Act, case: Case, child: UUID) -> None:
    """Add the signal, interview and offer that a case in its state has behind it, all of today."""
    act.add(signal_of(case))
    if case.state not in NOT_INTERVIEWED:
        act.add(interview_of(case, child))
    if case.state not in NOT_OFFERED:
        act.add(offer_of(case))
    await act.flush()


def signal_of(case: Case) -> Signal:
    """Make the signal that opened the case."""
    return Signal(
        case_id=case.id,
        family_id=case.family_id,
        received_on=case.opened_on,
        source=SignalSource.INSTITUTION,
        institution="Szkoła Podstawowa nr 5",
        description="Dziecko przychodzi do szkoły bez śniadania i opuszcza lekcje.",
        social_worker_id=case.social_worker_id,
    )


def interview_of(case: Case, child: UUID) -> Interview:
    """Make its interview: in progress where the case says so, else completed."""
    interview = Interview(
        case_id=case.id,
        family_id=case.family_id,
        started_on=case.opened_on,
        place=InterviewPlace.HOME,
        due_on=interview_due(case.opened_on, urgent=False),
    )
    if case.state not in NOT_DIAGNOSED:
        interview.state = InterviewState.COMPLETED
        interview.done_on = case.opened_on
        interview.working_days = 0
        interview.living_situation = "Mieszkanie komunalne, dwa pokoje; matka bez pracy."
        interview.diagnosis = "Trudności wychowawcze i brak rytmu dnia dziecka."
        interview.need = case.state is not CaseState.NO_NEED
        interview.need_reason = "Matka prosi o pomoc w organizacji dnia."
        interview.children_heard = [
            {"person_id": str(child), "heard": True, "not_heard_reason": None}
        ]
    return interview


def offer_of(case: Case) -> Offer:
    """Make its offer."""
    return Offer(
        case_id=case.id,
        family_id=case.family_id,
        presented_on=case.opened_on,
        forms=[WorkForm.COUNSELLING],
        support=[SupportSource.DAY_SUPPORT_CENTRE],
        description="Asystent rodziny, placówka wsparcia dziennego dla dziecka.",
        materials_handed=True,
    )


async def interview_in(world: World, case: UUID) -> UUID:
    """Return the id of a made case's interview."""
    async with world.acting() as act:
        found = await find_interview(act, case)
        assert found is not None, "made cases have their past"
        return found.id
