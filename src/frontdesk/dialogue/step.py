"""One step of the policy."""

from dataclasses import dataclass

from frontdesk.dialogue.effects import Effect
from frontdesk.dialogue.says import Say
from frontdesk.dialogue.state import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What the desk does next: what it remembers, what it has done, what it says."""

    state: State
    effects: tuple[Effect, ...] = ()
    says: tuple[Say, ...] = ()

    def saying_first(self, *says: Say) -> "Step":
        """The same step with more said before."""
        return Step(state=self.state, effects=self.effects, says=(*says, *self.says))

    def doing_first(self, *effects: Effect) -> "Step":
        """The same step with more done before."""
        return Step(state=self.state, effects=(*effects, *self.effects), says=self.says)
