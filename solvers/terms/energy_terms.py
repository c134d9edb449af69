"""The energies of a film, by what it is made of and what acts on it."""

from collections.abc import Sequence
from typing import get_args

from hebbfilm.common.errors import InputError
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.drives.waveforms import Waveform
from hebbfilm.solvers.materials.material import Material
from hebbfilm.solvers.terms import (
    BulkDMI,
    Demagnetisation,
    Exchange,
    InterfacialDMI,
    ThinFilmDemagnetisation,
    UniaxialAnisotropy,
    Zeeman,
)
from hebbfilm.solvers.terms.demagnetisation.models import DemagnetisationModel
from hebbfilm.solvers.terms.disorder import Disorder
from hebbfilm.solvers.terms.interface import FieldTerm, QuadraticTerm


def terms_of(
    operators: VertexOperators,
    material: Material,
    disorder: Disorder | None,
    applied_field: tuple[float, float, float],
    waveforms: Sequence[Waveform],
    demagnetisation: DemagnetisationModel,
) -> list[QuadraticTerm | FieldTerm]:
    """The terms that a material asks for: those whose constant is zero are left out.

    Raises:
        InputError: grains without an anisotropy, or no such model of the demagnetising field.
    """
    if demagnetisation not in get_args(DemagnetisationModel):
        raise InputError(
            f"demagnetisation = {demagnetisation!r}: must be 'none', 'local' or 'full'"
        )
    if disorder is not None and not material.uniaxial_anisotropy:
        raise InputError(
            "disorder: the grains differ in their anisotropy, but material.uniaxial_anisotropy = 0"
        )
    terms: list[QuadraticTerm | FieldTerm] = [Exchange(material.exchange_stiffness)]
    if material.uniaxial_anisotropy:
        terms.append(
            UniaxialAnisotropy(material.uniaxial_anisotropy, material.easy_axis)
            if disorder is None
            else disorder.anisotropy(operators.film_mesh, material)
        )
    if material.interfacial_dmi:
        terms.append(InterfacialDMI(material.interfacial_dmi))
    if material.bulk_dmi:
        terms.append(BulkDMI(material.bulk_dmi, material.exchange_stiffness))
    if demagnetisation == "local":
        terms.append(ThinFilmDemagnetisation(material.saturation_magnetisation))
    if demagnetisation == "full":
        terms.append(Demagnetisation())
    if any(applied_field) or waveforms:
        terms.append(Zeeman(applied_field, tuple(waveforms)))
    return terms


def kinks(terms: Sequence[QuadraticTerm | FieldTerm]) -> tuple[float, ...]:
    """Times in s, in order, at which a field has a kink or jumps: steps should end there."""
    zeeman = [term for term in terms if isinstance(term, Zeeman)]
    return tuple(sorted({time for term in zeeman for time in term.breakpoints()}))
