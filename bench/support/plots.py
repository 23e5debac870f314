"""What is drawn of the results; each function returns a drawing, or None where its measurements are missing."""

import math
import statistics

from support.report import number
from support.svg import Drawing

# What is compared with a bulk UPDATE: measurement, prefix of its figures, prefix of the bulk UPDATE's, name.
SHAPES = [
    ("four_indexes", "four_indexes", "four_indexes", "key and 3 indexes"),
    ("one_index", "one_index", "one_index", "key only"),
    ("one_index", "one_index_two", "one_index", "key only, 2 workers"),
    ("random_key", "random_key", "random_key", "random uuid key"),
    ("indexed_column", "indexed_column", "indexed_column", "changed column indexed"),
    ("row_width", "row_20", "row_20", "rows of 20 bytes"),
    ("row_width", "row_120", "row_120", "rows of 120 bytes"),
    ("row_width", "row_2000", "row_2000", "2 kB in TOAST"),
]


def values(results, measurement, key):
    """Every value of a figure, none when it was not measured."""
    figures = results["measurements"].get(measurement, {"figures": []})["figures"]
    return next((figure["values"] for figure in figures if figure["key"] == key), [])


def cost(results):
    """Time, WAL and growth beside one bulk UPDATE."""
    shapes = [shape for shape in SHAPES if values(results, shape[0], f"{shape[1]}_time")]
    if not shapes:
        return None
    left, panel, gap, top, step, most = 185, 165, 26, 58, 30, 1.5
    drawing = Drawing(left + 3 * (panel + gap), top + step * len(shapes) + 26, "Time, WAL and growth beside one bulk UPDATE")
    for column, name in enumerate(["time", "WAL", "growth of the table"]):
        begin = left + column * (panel + gap)
        scale = panel / most
        drawing.text(begin, 18, name, "title")
        drawing.text(begin + scale, 42, "bulk UPDATE", "small middle bulk-text")
        for row, (measurement, prefix, bulk, label) in enumerate(shapes):
            y = top + row * step
            if column == 0:
                drawing.text(left - 12, y + 14, label, "end")
            if column == 2:
                grown = statistics.median(values(results, measurement, f"{prefix}_table"))
                seen = [grown / statistics.median(values(results, measurement, f"{bulk}_bulk_table"))]
            else:
                seen = values(results, measurement, f"{prefix}_{['time', 'wal'][column]}")
            middle = statistics.median(seen)
            drawing.bar(begin, y, scale * min(middle, most), 18, "blue")
            if len(seen) > 1:
                drawing.line(begin + scale * min(*seen, most), y + 9, begin + scale * min(max(seen), most), y + 9)
            drawing.text(begin + panel, y + 13, number(middle, "ratio"), "small title end")
        drawing.line(begin, top - 8, begin, top + step * len(shapes))
        drawing.line(begin + scale, top - 8, begin + scale, top + step * len(shapes), "bulk dashed")
    drawing.text(left, drawing.height - 8, "1 is one bulk UPDATE of the same table in the same run; lines: least and most", "small muted")
    return drawing


def latency(results):
    """What an application feels, on a logarithmic axis."""
    when = [
        ("alone", "alone"), ("paced", "beside 20 % of the time"), ("short", "20 %, batches of 10 ms"),
        ("full", "beside full speed"), ("bulk", "beside a bulk UPDATE"),
    ]
    shares = [("50", "blue"), ("99", "amber"), ("99.9", "red")]
    if not values(results, "application", "application_alone_50"):
        return None
    left, width, top, step = 180, 560, 50, 56
    felt = {
        (state, share): statistics.median(values(results, "application", f"application_{state}_{share}"))
        for state, _ in when for share, _ in shares
    }
    least = math.floor(math.log10(min(felt.values())))
    most = math.ceil(math.log10(max(felt.values())))

    def x(milliseconds):
        return left + width * (math.log10(milliseconds) - least) / (most - least)

    bottom = top + step * len(when)
    drawing = Drawing(left + width + 40, bottom + 30, "Latency of an application's transactions")
    for index, (share, style) in enumerate(shares):
        drawing.dot(left + 6 + 80 * index, 14, style)
        drawing.text(left + 16 + 80 * index, 18, f"p{share}")
    for decade in range(least, most + 1):
        drawing.line(x(10**decade), top - 14, x(10**decade), bottom, "grid")
        text = f"{10**decade:g} ms" if decade < 3 else f"{10**(decade - 3):g} s"
        drawing.text(x(10**decade), bottom + 18, text, "small middle muted")
    for row, (state, label) in enumerate(when):
        y = top + row * step + 14
        drawing.text(left - 12, y + 4, label, "end")
        drawing.line(x(felt[state, "50"]), y, x(felt[state, "99.9"]), y)
        for share, style in shares:
            milliseconds = felt[state, share]
            text = number(milliseconds, "ms") if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
            drawing.dot(x(milliseconds), y, style)
            drawing.text(x(milliseconds), y + (22 if share == "99.9" else -10), text, "small middle")
    return drawing


def pace(results):
    """Progress and forecast of a migration with a deadline."""
    series = results["measurements"].get("pace_over_time", {"series": []})["series"]
    if not series:
        return None
    # the run that took neither the longest nor the shortest
    run = sorted(series, key=lambda run: run["looks"][-1]["seconds"])[len(series) // 2]
    left, width, top, height, gap, below = 60, 640, 30, 220, 50, 110
    latest = max(run["deadline"], run["looks"][-1]["seconds"]) * 1.08

    def x(seconds):
        return left + width * min(seconds / latest, 1)

    drawing = Drawing(left + width + 20, top + height + gap + below + 46, "Progress of a migration against its deadline")

    def panel(name, begin, size, marks, y, points):
        drawing.text(left, begin - 10, name, "title")
        drawing.bar(x(run["paused"][0]), begin, x(run["paused"][1]) - x(run["paused"][0]), size, "shade")
        for mark, text in marks:
            drawing.line(left, y(mark), left + width, y(mark), "grid")
            drawing.text(left - 8, y(mark) + 4, text, "small end muted")
        drawing.line(x(run["deadline"]), begin, x(run["deadline"]), begin + size, "bulk")
        drawing.line(x(0.8 * run["deadline"]), begin, x(0.8 * run["deadline"]), begin + size, "dashed")
        drawing.curve(points)

    def percent_y(percent):
        return top + height * (1 - percent / 100)

    panel("progress", top, height, [(mark, f"{mark} %") for mark in (0, 25, 50, 75, 100)], percent_y,
          [(x(look["seconds"]), percent_y(look["percent"])) for look in run["looks"]])
    drawing.text(x(sum(run["paused"]) / 2), top + 16, "paused", "small middle muted")
    drawing.text(x(0.8 * run["deadline"]) - 6, top + height - 8, "80 % of the deadline", "small end muted")
    drawing.text(x(run["deadline"]) - 6, top + height - 26, "deadline", "small end bulk-text")

    base = top + height + gap

    def forecast_y(seconds):
        return base + below * (1 - min(seconds / latest, 1))

    panel("forecast of the end", base, below, [(mark * run["deadline"], f"{mark * run['deadline']:.0f} s") for mark in (0, 0.8, 1)],
          forecast_y, [
              (x(look["seconds"]), forecast_y(look["forecast"])) for look in run["looks"]
              if look["forecast"] is not None and look["state"] in ("running", "verifying")
          ])
    for seconds in range(0, int(latest) + 1, 10):
        drawing.text(x(seconds), base + below + 18, f"{seconds} s", "small middle muted")
    return drawing


# A file of docs/plots each, and what it shows, for those who cannot see it.
ALL = {
    "cost": (cost, "Time, WAL and growth of the table for each shape of table, beside one bulk UPDATE"),
    "latency": (latency, "Latency of an application alone, beside a paced migration, beside full speed, beside a bulk UPDATE"),
    "pace": (pace, "Progress and forecast of a migration that was paused, against its deadline"),
}


def drawn(results):
    """The drawings that the results suffice for, by name."""
    drawings = {name: draw(results) for name, (draw, _) in ALL.items()}
    return {name: drawing for name, drawing in drawings.items() if drawing}
