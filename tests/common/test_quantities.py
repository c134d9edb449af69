"""Texts with units, read as SI."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import si


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("14 nm", "m", 1.4e-8),
        ("-.5nm", "m", -5e-10),
        ("3 mJ/m^2", "J/m²", 3e-3),
        ("3e7 W/m²/K", "W/(m² K)", 3e7),
        ("1 ohm um^2", "Ω m²", 1e-12),
        ("1 1/uA", "1/A", 1e6),
        ("5 %", "", 0.05),
        ("20 degC", "K", 293.15),
        ("90 deg", "degrees", 90.0),
        ("1 A/cm", "A/m", 100.0),
        ("580 emu/cm^3", "A/m", 580e3),
        ("30 °", "degrees", 30.0),
        ("0.25 turn", "degrees", 90.0),
        ("0.5 pi rad", "degrees", 90.0),
        ("60 arcmin", "degrees", 1.0),
        ("2 GHz", "Hz", 2e9),
        ("6 1/ns", "Hz", 6e9),
        ("60 rpm", "Hz", 1.0),
        ("3 cycles/ns", "Hz", 3e9),
        ("360 degrees/s", "Hz", 1.0),
        ("5 ‰", "", 0.005),
        ("20 ppm", "", 2e-5),
        ("1 nm/um", "", 1e-3),
        ("0.3 %/K", "1/K", 3e-3),
        ("2 /s", "Hz", 2.0),
        ("30°", "degrees", 30.0),
    ],
)
def test_a_quantity_in_si(text, unit, number):
    assert si(text, unit) == number


@pytest.mark.analytic
@pytest.mark.parametrize("text", ["200 mT", "2 kOe", "2 kG"])
def test_a_field_may_be_given_by_its_flux_density(text):
    """H = B/μ₀ to the ten digits to which μ₀ is 4π 10⁻⁷ N/A² since 2019; 1 Oe is 10³/4π A/m."""
    assert si(text, "A/m") == pytest.approx(0.2 / (4e-7 * math.pi), rel=1e-9)


@pytest.mark.analytic
def test_an_angular_frequency_is_2_pi_times_the_frequency():
    assert si("6e9 rad/s", "Hz") == pytest.approx(6e9 / (2 * math.pi), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *((f"5 {name}", "degrees") for name in ("%", "ppm", "sr", "dB", "bit", "m/m")),
        *((f"5 {name}", "") for name in ("turn", "rad", "°", "deg", "sr", "rad/rad^2")),
        *(
            (f"5 {name}", "")
            for name in ("dB", "Np", "octave", "decade", "dBm", "AU", "pH", "alpha")
        ),
        *((f"5 {name}", "") for name in ("bit", "kB", "count", "mol", "particle")),
        *((f"5 {name}", "Hz") for name in ("Bq", "cps", "bit/s", "baud", "rad", "dB/s", "sr/s")),
        *((f"5 {name}", "m") for name in ("rad m", "dB m", "m/turn", "count m")),
        *((f"5 {name}", "1/A") for name in ("rad/A", "count/A", "mol/A")),
        *((f"5 {name}", "1/K") for name in ("dB/K", "octave/K")),
        ("5 turn A/m", "A/m"),
        ("5 dBm", "V"),
        ("5 rad/s", "1/A"),
    ],
)
def test_angles_levels_and_counts_are_no_plain_numbers(text, unit):
    """Pint takes them as such, by factors like 2π."""
    with pytest.raises(InputError, match="must be a quantity"):
        si(text, unit)


@pytest.mark.analytic
def test_a_difference_of_temperatures_has_no_zero_of_its_own():
    assert si("5 mK", "K", difference=True) == 5e-3
    assert si("1 degR", "K", difference=True) == pytest.approx(5 / 9, rel=1e-14)
    for text in ("1 degC", "1 °F"):
        with pytest.raises(InputError, match="must be a quantity in K"):
            si(text, "K", difference=True)


def test_a_power_without_its_sign_is_told():
    with pytest.raises(InputError, match=r"'3 mJ/m2': .*; powers are written as in m\^2 or m²$"):
        si("3 mJ/m2", "J/m²")


@pytest.mark.parametrize("text", ["1 V/m", "1 statV/cm", "1 esu", "1 A", "1 T^2"])
def test_nothing_else_is_a_field(text):
    with pytest.raises(InputError, match=r"must be a quantity in A/m, like \"80 kA/m\"$"):
        si(text, "A/m")


@pytest.mark.parametrize(
    "text",
    [
        "14 T",
        "14",
        "",
        "nm",
        "inf m",
        "1e400 m",
        "5 parrots",
        "1 [m",
        "1 m**9**9**9",
        "9**9**9 m",
        "1 m^0",
        '1 "',
        "1 (((m",
        "1 m*",
    ],
)
def test_what_is_no_length_is_refused(text):
    with pytest.raises(InputError, match="must be"):
        si(text, "m")


@given(st.text("mskAVKT/()*^ -+.0123456789eE[]'\"#µΩ°²⁻%", max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_quantity_or_refused(text):
    try:
        found = si(f"1 {text}", "m")
    except InputError:
        return
    assert math.isfinite(found)


def test_long_units_are_refused_at_once():
    for text in ("m*" * 5000 + "m", "(" * 5000, "m" * 100_000, "-" * 5000 + "m"):
        with pytest.raises(InputError, match="must be a quantity"):
            si(f"1 {text}", "m")
