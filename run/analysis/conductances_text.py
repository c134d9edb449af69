"""Conductances, couplings and margins as text for a terminal."""

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.hopfield import format_pattern
from hebbfilm.hopfield.contact_pairs import pair_name
from hebbfilm.run.analysis.conductances import Conductances
from hebbfilm.run.analysis.stack_text import hall_text, shares_text
from hebbfilm.run.analysis.uncoupled_text import uncoupled_text

_MOST_LINES = 32
_SCALE = "Margins are at most 2; at 1 pairs of equal signs do not change and all others grow alike"


def conductances_as_text(found: Conductances) -> str:
    """The matrix, the couplings and the margins, as far as they are known."""
    return "\n\n".join(
        part
        for part in (
            _moment(found),
            _matrix(found),
            _sharing(found),
            _couplings(found),
            _margins(found),
        )
        if part
    )


def _moment(found: Conductances) -> str:
    return f"Of {found.moment}" if found.moment else ""


def _matrix(found: Conductances) -> str:
    names = found.neurons
    rows = [("G (S)", *names)]
    rows += [
        (name, *(f"{value:.5e}" for value in row))
        for name, row in zip(names, found.conductance, strict=True)
    ]
    return "\n".join(aligned(rows, ">"))


def _sharing(found: Conductances) -> str:
    lines = []
    if found.hall_conductance is not None:
        lines.append(hall_text(found.hall_conductance, "couplings are"))
    if found.current_shares:
        lines.append(shares_text(found.current_shares, found.sheet_amr_ratio))
    return "\n".join(lines)


def _couplings(found: Conductances) -> str:
    if found.couplings is None:
        return ""
    squares = "film and layers together (g/Σ)" if found.current_shares else "film (g/σt)"
    lines = [f"Coupling of each pair, in squares of {squares}"]
    lines += aligned([(name, f"{value:.4f}") for name, value in found.couplings.items()])
    if found.uncoupled_pairs:
        of = len(found.couplings) + len(found.uncoupled_pairs)
        lines.append(uncoupled_text(found.uncoupled_pairs, of))
    return "\n".join(lines)


def _margins(found: Conductances) -> str:
    if found.separations is None:
        return ""
    rows = sorted(found.separations, key=lambda row: -row.margin)
    table = [["margin", "pattern", "weakest opposite", "strongest equal"]]
    for row in rows:
        equal = row.strongest_equal
        table.append(
            [
                f"{row.margin:.3f}",
                format_pattern(row.pattern),
                pair_name(row.weakest_opposite, found.neurons),
                "none" if equal is None else pair_name(equal, found.neurons),
            ]
        )
    lines = aligned(table, "><")
    half = _MOST_LINES // 2
    if len(rows) > _MOST_LINES:
        lines[1 + half : -half] = [f"… {len(rows) - _MOST_LINES} more (all with --json)"]
    separated = sum(row.margin > 0 for row in rows)
    head = (
        f"Separates {separated} of {counted(len(rows), 'pattern')} (margin above 0); smallest "
        f"margin {rows[-1].margin:.3f}"
    )
    return "\n".join([head, _SCALE, *lines])
