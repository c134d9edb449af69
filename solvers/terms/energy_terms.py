"""The energies of a film, by what it is made of and what acts on it."""

from collections.abc import Sequence
from typing import get_args

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.solvers.drives.waveforms import FieldInTime
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms import (
    BulkDMI,
    ChangingField,
    Demagnetisation,
    Exchange,
    InterfacialDMI,
    ThinFilmDemagnetisation,
    UniaxialAnisotropy,
    Zeeman,
)
from hebbfilm.solvers.terms.demagnetisation.models import DemagnetisationModel
from hebbfilm.solvers.terms.interface import Kinked, Term


def terms_of(
    material: FilmMaterial,
    applied_field: tuple[float, float, float],
    waveforms: Sequence[FieldInTime],
    demagnetisation: DemagnetisationModel,
) -> list[Term]:
    """The terms that a material asks for: those whose constant is zero are left out.

    Raises:
        InputError: no such model of the demagnetising field.
    """
    if demagnetisation not in get_args(DemagnetisationModel):
        raise InputError(
            f"demagnetisation = {demagnetisation!r}: must be 'none', 'local' or 'full'"
        )
    if not isinstance(waveforms, Sequence):
        raise InputError(f"waveforms = {shown(waveforms)}: must be a list, like waveforms=[…]")
    terms: list[Term] = [Exchange(material["exchange_stiffness"])]
    if not material["uniaxial_anisotropy"].is_zero:
        terms.append(UniaxialAnisotropy(material["uniaxial_anisotropy"], material["easy_axis"]))
    if not material["interfacial_dmi"].is_zero:
        terms.append(InterfacialDMI(material["interfacial_dmi"]))
    if not material["bulk_dmi"].is_zero:
        terms.append(BulkDMI(material["bulk_dmi"], material["exchange_stiffness"]))
    if demagnetisation == "local":
        terms.append(ThinFilmDemagnetisation())
    if demagnetisation == "full":
        terms.append(Demagnetisation())
    if waveforms:
        terms.append(ChangingField(applied_field, tuple(waveforms)))
    elif any(applied_field):
        terms.append(Zeeman(applied_field))
    return terms


def kinks(terms: Sequence[object]) -> tuple[float, ...]:
    """Times in s, in order, at which a term or a torque has a kink or jumps: steps end there."""
    moving = [term for term in terms if isinstance(term, Kinked)]
    return tuple(sorted({time for term in moving for time in term.breakpoints()}))
