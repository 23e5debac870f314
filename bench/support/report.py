"""The table people read."""


def number(value, unit):
    if value is None:
        return "-"
    if unit == "ratio":
        return f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"
    if unit in ("ms", "us"):
        return f"{value:.2f} {unit}"
    if unit == "%":
        return f"{value:.1f} %"
    return f"{value:,.1f} {unit}".strip()


def conditions(machine, quick, runs):
    settings = ", ".join(f"{name} {value}" for name, value in machine["settings"].items())
    lines = [
        f"PostgreSQL {machine['server']} on {machine['cores']} cores ({machine['processor']}), {machine['memory']}, "
        f"load before {machine['load']:.1f}",
        settings,
        f"medians of {runs} run(s)",
    ]
    if quick:
        lines.append("small tables: these figures say nothing but that the measurements work")
    return "\n".join(lines) + "\n"


def header():
    return "| figure | measured | least and most | goal | |\n|---|---:|---:|---:|---|"


def verdict(result):
    if result["median"] is None:
        return result["skipped"] or "not measured"
    if result["goal"] is None:
        return ""
    return "ok" if result["median"] <= result["goal"] else "behind"


def row(result):
    unit, values = result["unit"], result["values"]
    spread = f"{number(min(values), unit)} to {number(max(values), unit)}" if len(values) > 1 else ""
    goal = f"<= {number(result['goal'], unit)}" if result["goal"] is not None else ""
    return f"| {result['title']} | {number(result['median'], unit)} | {spread} | {goal} | {verdict(result)} |"
