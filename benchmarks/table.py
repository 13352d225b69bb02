"""The one table that the measurements are printed in: what, the figure, and what it has to be."""


def heading(what: str) -> None:
    """Begin a part of the table."""
    print(f"\n{what}\n{'':70}{'measured':>14}{'to be':>14}", flush=True)


def row(what: str, measured: float, unit: str, *, goal: float | None = None, found: int | None = None) -> None:
    """A line. `goal` is the most there may be of milliseconds, the least of anything else, and 0 is none at all."""
    figure = f"{measured:,.2f}" if measured < 100 and measured != int(measured) else f"{measured:,.0f}"
    wanted = "" if goal is None else f"{'<' if unit == 'ms' else '>=' if goal else ''} {goal:,g} {unit}".strip()
    count = "" if found is None else f"  {found:,} found"
    print(f"  {what:<68}{f'{figure} {unit}':>14}{wanted:>14}{count}", flush=True)
