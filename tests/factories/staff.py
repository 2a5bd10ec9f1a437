"""Profiles of people who were admitted to work long ago, with clean checks and a fresh training."""

from datetime import date
from uuid import UUID

from app.db.base import Record
from app.domain.qualifications.rules import DegreeField, QualificationPath, TrainingKind
from app.domain.qualifications.tables import StaffTraining
from app.domain.staff.rules import EmployerKind, EmploymentForm, StaffState
from app.domain.staff.tables import DataAuthorisation, StaffProfile
from app.domain.vetting.rules import CheckResult, MaintenanceDuty, PersonRegister
from app.domain.vetting.tables import RegisterCheck

LONG_AGO = date(2020, 1, 1)
LAST_TRAINING = date(2025, 9, 1)


def admitted(account_id: UUID) -> list[Record]:
    """Return everything that lets a person work: profile, register checks, training, K3."""
    return [
        _profile(account_id),
        *(_check(account_id, register) for register in PersonRegister),
        _training(account_id),
        DataAuthorisation(
            account_id=account_id,
            number="1/2020",
            valid_from=LONG_AGO,
            undertaking_signed_on=LONG_AGO,
        ),
    ]


def _profile(account_id: UUID) -> StaffProfile:
    return StaffProfile(
        id=account_id,
        state=StaffState.ACTIVE,
        activated_on=LONG_AGO,
        employer_kind=EmployerKind.GMINA_UNIT,
        employer_name="Ośrodek Pomocy Społecznej",
        employment_form=EmploymentForm.EMPLOYMENT_TASK_BASED,
        qualification_path=QualificationPath.A,
        degree_field=DegreeField.PEDAGOGY,
        diploma_ref="akta osobowe, k. 2",
        declared_on=LONG_AGO,
        parental_authority_intact=True,
        maintenance_duty=MaintenanceDuty.NO_TITLE,
        no_conviction=True,
        criminal_record_ref="akta osobowe, k. 5",
        criminal_record_on=LONG_AGO,
    )


def _check(account_id: UUID, register: PersonRegister) -> RegisterCheck:
    return RegisterCheck(
        account_id=account_id,
        register_kind=register,
        checked_on=LONG_AGO,
        result=CheckResult.CLEAR,
        printout_ref="akta osobowe, k. 7",
    )


def _training(account_id: UUID) -> StaffTraining:
    return StaffTraining(
        account_id=account_id,
        kind=TrainingKind.COURSE,
        subject="Praca z rodziną z problemem uzależnienia",
        held_on=LAST_TRAINING,
        hours=16,
    )
