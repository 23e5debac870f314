"""The tables people read, made of the results alone: as text while it is measured, and as Markdown for the documents."""

import itertools
import statistics

from support.machine import QUIET


def number(value, unit):
    if value is None:
        return "-"
    if unit == "ratio":
        text = f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.4f}"
        return text if abs(value) < 10 else f"{value:.1f}"
    if unit in ("ms", "us"):
        return f"{value:.2f} {unit}" if value < 100 else f"{value:,.0f} {unit}"
    if unit == "rows/s":
        return f"{value:,.0f} {unit}"
    return f"{value:,.1f} {unit}".strip()


def median(figure):
    return statistics.median(figure["values"]) if figure["values"] else None


def spread(figure):
    values = figure["values"]
    if len(values) < 2:
        return ""
    return f"{number(min(values), figure['unit'])} to {number(max(values), figure['unit'])}"


def goal(figure):
    if figure["at_most"] is not None:
        return f"<= {number(figure['at_most'], figure['unit'])}"
    if figure["at_least"] is not None:
        return f">= {number(figure['at_least'], figure['unit'])}"
    return ""


def verdict(figure):
    value = median(figure)
    if value is None:
        return "not measured"
    if figure["at_most"] is None and figure["at_least"] is None:
        return ""
    reached = (figure["at_most"] is None or value <= figure["at_most"]) and (
        figure["at_least"] is None or value >= figure["at_least"])
    return "ok" if reached else "behind"


def cells(figure):
    return [figure["title"], number(median(figure), figure["unit"]), spread(figure), goal(figure), verdict(figure)]


def remarks(measurement):
    """What is to be said of a measurement as a whole."""
    said = []
    if measurement["skipped"]:
        said.append(f"not measured: {measurement['skipped']}")
    said += measurement["problems"]
    if len(measurement["seconds"]) == 1:
        said.append("one run only")
    elif len(measurement["seconds"]) == 2:
        said.append("two runs only")
    if max(measurement["busy"], default=0) > QUIET:
        said.append(f"others kept up to {max(measurement['busy']):.1f} cores busy between the runs: not to be trusted")
    return "; ".join(said)


def place(machine):
    """A machine, its server and its settings."""
    settings = ", ".join(f"{setting} {value}" for setting, value in machine["settings"].items())
    return f"PostgreSQL {machine['server']} on {machine['cores']} cores ({machine['processor']}), {machine['memory']}; {settings}"


def conditions(results):
    """What was measured on, a line for each machine and its settings, with the commits whose figures these are."""
    measured = {}
    for name, measurement in results["measurements"].items():
        machine = measurement["machine"]
        measured.setdefault(place(machine), {}).setdefault(machine["commit"], []).append(name)
    return [
        f"{where}; at " + ", ".join(f"{commit} ({', '.join(names)})" for commit, names in commits.items())
        for where, commits in sorted(measured.items())]


def header(name, measurement):
    """What is said before the figures of a measurement."""
    return f"\n{name}: {measurement['about']}"


def row(figure):
    """A figure as a line of text."""
    title, value, between, wanted, said = cells(figure)
    return f"  {title:<78} {value:>13}  {between:<24} {wanted:<14} {said}".rstrip()


def footer(measurement):
    """What is said after them."""
    lines = [f"  {note}" for note in measurement["notes"]]
    lines += [f"  ! {remarks(measurement)}"] if remarks(measurement) else []
    if measurement["seconds"]:
        lines.append(
            f"  {len(measurement['seconds'])} run(s) of {statistics.median(measurement['seconds']):.0f} s, load "
            f"{measurement['load'][0]:.1f} before, {measurement['load'][-1]:.1f} after, measured {measurement['measured_at']}")
    return "\n".join(lines)


def text(results):
    """All of them."""
    lines = []
    for name, measurement in results["measurements"].items():
        lines += [header(name, measurement), *map(row, measurement["figures"]), footer(measurement)]
    lines += ["", *conditions(results)]
    return "\n".join(lines)


def markdown(results):
    """All of them, for docs/performance.md: a row for each that has a goal, the others as a remark."""
    lines = [*(f"- {line}" for line in conditions(results)), "", "| figure | median | least and most | goal | |", "|---|---:|---:|---:|---|"]
    for name, measurement in results["measurements"].items():
        remark = f" ({remarks(measurement)})" if remarks(measurement) else ""
        lines.append(f"| **`{name}`**{remark} | | | | |")
        for has_goal, figures in itertools.groupby(measurement["figures"], key=lambda figure: goal(figure) != ""):
            if has_goal:
                lines += ["| " + " | ".join(cells(figure)) + " |" for figure in figures]
            else:
                said = "; ".join(f"{figure['title']} {number(median(figure), figure['unit'])}" for figure in figures)
                lines.append(f"| *{said}* | | | | |")
    return "\n".join(lines)


def summary(results):
    """How many goals are met."""
    verdicts = [verdict(figure) for measurement in results["measurements"].values() for figure in measurement["figures"]]
    return f"{verdicts.count('ok')} goals met, {verdicts.count('behind')} behind, {verdicts.count('not measured')} not measured"
