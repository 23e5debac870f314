"""What a measurement promises to return."""

import dataclasses


@dataclasses.dataclass
class Figure:
    """One number with its goal; without a goal it is reported only."""

    key: str
    title: str
    unit: str
    at_most: float | None = None
    at_least: float | None = None
