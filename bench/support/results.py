"""The results as a file: measurements by name, each with its machine, its runs and every single value."""

import json

FORMAT = 1


def load(path):
    """What was measured before; nothing, when there is no file, or one of another form."""
    if not path.exists():
        return None
    results = json.loads(path.read_text())
    return results if results.get("format") == FORMAT else None


def empty():
    return {"format": FORMAT, "measurements": {}}


def save(path, results, order):
    """Writes the results, the measurements in the order in which they are always shown."""
    measurements = results["measurements"]
    results["measurements"] = {name: measurements[name] for name in order if name in measurements}
    path.write_text(json.dumps(results, indent=1) + "\n")
