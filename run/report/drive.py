"""Current and heat of a run, whatever it was made for."""

from __future__ import annotations

from hebbfilm.run.folder.leads import LeadsEntry
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.summary import Summary
from hebbfilm.run.report.content import KeyNumber
from hebbfilm.run.report.words import plain, quantity


def drive_numbers(summary: Summary | ProtocolSummary) -> list[KeyNumber]:
    """Current density, energy and temperature; none where nothing flowed."""
    if summary.max_current_density == 0:
        return []
    return [
        KeyNumber(
            "Current density",
            quantity(summary.mean_current_density, "A/m²"),
            "the largest mean over the film; at corners of contacts up to "
            f"{quantity(summary.max_current_density, 'A/m²')}",
        ),
        KeyNumber(
            "Dissipated energy",
            quantity(summary.energy_dissipated, "J"),
            f"Joule heat of the whole run; at most {quantity(summary.heating.peak_power, 'W')}",
        ),
        *_leads(summary.leads),
        _temperature(summary),
    ]


def _leads(leads: LeadsEntry | None) -> list[KeyNumber]:
    if leads is None:
        return []
    told = f"of {leads.told}, beside the film: none of it warms that"
    return [KeyNumber("Energy of the leads", quantity(leads.energy, "J"), told)]


def _temperature(summary: Summary | ProtocolSummary) -> KeyNumber:
    found, heating = summary.stack.temperature, summary.heating
    if found is not None:
        return KeyNumber(
            "Highest temperature",
            f"{plain(found.highest, 4)} K",
            f"anywhere in the film, solved for; the mean was {plain(found.highest_mean, 4)} K at "
            "most",
        )
    if heating.time_constant is None:
        return KeyNumber(
            "Temperature rise",
            f"{plain(summary.adiabatic_temperature_rise)} K",
            "on average, if no heat left the film: an upper bound, far above what a film on a "
            "substrate has",
        )
    return KeyNumber(
        "Temperature rise",
        f"{plain(heating.peak_temperature_rise)} K",
        "of the mean at most, estimated with the heat that goes to the substrate; without that it "
        f"would be {plain(summary.adiabatic_temperature_rise)} K",
    )
