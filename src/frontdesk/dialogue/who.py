"""Who comes, and how they are reached: what a booking needs of them and what is read back to them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """A person's own details. `phone` in E.164; `email` None where they gave none."""

    given: str
    family: str
    phone: str
    email: str | None = None

    @property
    def name(self) -> str:
        """The whole name, as far as it is known."""
        return f"{self.given} {self.family}".strip()
