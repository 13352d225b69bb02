"""Who picked up a call that the desk has placed, by ear: a person, a machine whose greeting ends, or a fax.

For where the carrier does not know, and to notice when a machine begins to record. A person says a word or two and
waits; a machine goes on; a fax answers by a tone (ITU-T T.30 and V.25: 1100 and 2100 Hz), a machine's greeting ends
with a beep or in silence.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND
from frontdesk.ports.phoning import AnsweredBy

WINDOW = 320
"""Samples that are looked at together: 40 ms, in which frequencies 25 Hz apart are told from each other."""
_SECONDS = WINDOW / SAMPLES_A_SECOND
LOUD = 350.0
"""The effective value, of 32,768, above which something is heard. Speech on a line has some 1,500, its noise 50 to 200:
a guess between them."""
PURE = 0.75
"""The share of all energy that a tone has in its one frequency. Voices have less: they are many at once."""
TONE_LASTS = 0.2
"""Seconds of a tone, at one frequency, that make a beep. A guess; those of voicemail boxes last from 0.2 to 1 s."""
FAX_LASTS = 0.4
"""Seconds of a fax's tone: a caller's lasts 0.5 s (T.30), the answer 2.6 s at least (V.25)."""
FAX_TONES = (1100.0, 2100.0)
_STEP = 10.0
_TONES = np.arange(350.0, 2300.0, _STEP)
_SAME = 25.0
"""Hertz by which a tone may waver and be the same."""
PERSON_WAITS = 0.8
"""Seconds of silence after which whoever spoke waits for an answer. A guess; Twilio takes 1.2 s where it is asked."""
PERSON_SAYS = 3.0
"""Seconds: who goes on for longer without such a pause is a machine. A guess; Twilio's own figure is 2.4 s."""
NOBODY_SPEAKS = 3.0
"""Seconds of silence from the beginning, after which the desk speaks first."""
GREETING_OVER = 2.0
"""Seconds of silence that end a machine's greeting, where no beep does. A guess."""
LONGEST_GREETING = 45.0
"""After so many seconds a machine is spoken to, whatever it says. A guess."""


_POINTERS: NDArray[np.complex128] = np.exp(-2j * np.pi * np.outer(_TONES, np.arange(WINDOW)) / SAMPLES_A_SECOND)


def tone_in(samples: NDArray[np.float64]) -> float | None:
    """The frequency, in Hz, of the one tone that a window of samples is; None: it is none, or several.

    The energy at a frequency is Goertzel's: that of the sum of the samples, each times a turning pointer.
    """
    energy = float(np.sum(samples**2))
    if energy == 0.0:
        return None
    shares = np.abs(_POINTERS @ samples) ** 2 * 2 / WINDOW / energy
    best = int(np.argmax(shares))
    return float(_TONES[best]) if shares[best] >= PURE else None


@dataclass(kw_only=True)
class WhoAnswered:
    """Told sound piece by piece, it says once who picked up: `by` is what is known so far.

    A machine is only told of once its greeting is over; until then it is listened to.
    """

    by: AnsweredBy = AnsweredBy.UNKNOWN
    verdict: AnsweredBy | None = None
    _left: bytes = field(default=b"", repr=False)
    _heard: float = 0.0
    _spoken: float = 0.0
    _quiet: float = 0.0
    _tone: float | None = None
    _tone_for: float = 0.0

    def __post_init__(self) -> None:
        if self.by in {AnsweredBy.HUMAN, AnsweredBy.MACHINE_ENDED, AnsweredBy.FAX}:
            self.verdict = self.by

    def hear(self, samples: bytes) -> AnsweredBy | None:
        """Who it is, once that is known. `samples` are 16-bit ones, little-endian, 8,000 a second."""
        self._left += samples
        while self.verdict is None and len(self._left) >= 2 * WINDOW:
            window, self._left = self._left[: 2 * WINDOW], self._left[2 * WINDOW :]
            self.verdict = self._after(np.frombuffer(window, dtype="<i2").astype(np.float64))
        return self.verdict

    def _after(self, samples: NDArray[np.float64]) -> AnsweredBy | None:
        self._heard += _SECONDS
        loud = float(np.sqrt(np.mean(samples**2))) > LOUD
        tone = tone_in(samples) if loud else None
        goes_on = tone is not None and self._tone is not None and abs(tone - self._tone) <= _SAME
        if not goes_on and self._tone_for >= TONE_LASTS and not self._is_fax():
            return AnsweredBy.MACHINE_ENDED  # the beep is over: now it records
        self._tone_for = (self._tone_for if goes_on else 0.0) + (_SECONDS if tone is not None else 0.0)
        self._tone = tone
        if self._is_fax() and self._tone_for >= FAX_LASTS:
            return AnsweredBy.FAX
        self._spoken += _SECONDS if loud and tone is None else 0.0
        self._quiet = 0.0 if loud else self._quiet + _SECONDS
        return self._of_a_machine() if self.by is AnsweredBy.MACHINE else self._of_anybody()

    def _of_a_machine(self) -> AnsweredBy | None:
        over = self._spoken > 0 and self._quiet >= GREETING_OVER
        return AnsweredBy.MACHINE_ENDED if over or self._heard >= LONGEST_GREETING else None

    def _of_anybody(self) -> AnsweredBy | None:
        if self._spoken >= PERSON_SAYS:
            self.by = AnsweredBy.MACHINE
            return None
        waits = self._quiet >= (PERSON_WAITS if self._spoken else NOBODY_SPEAKS)
        return AnsweredBy.HUMAN if waits or self._heard >= LONGEST_GREETING else None

    def _is_fax(self) -> bool:
        """Whether the tone that is heard is a fax's: one that comes after words is a machine's beep."""
        return (
            self._tone is not None
            and self._spoken < TONE_LASTS
            and any(abs(self._tone - one) <= _SAME for one in FAX_TONES)
        )
