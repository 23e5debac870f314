"""How large the tables of a run are."""

import dataclasses


@dataclasses.dataclass
class Scale:
    """Full size, or a small one that only shows that everything works."""

    quick: bool

    def rows(self, full):
        return max(full // 50, 20_000) if self.quick else full

    def seconds(self, full):
        return max(full // 10, 2) if self.quick else full

    def samples(self, full):
        return max(full // 20, 10) if self.quick else full
