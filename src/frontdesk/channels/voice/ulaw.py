"""Speech as telephones carry it: G.711 mu-law, 8,000 samples a second, one byte each. Pure.

Source: ITU-T Recommendation G.711 (11/88), table 2a.
"""

import sys
from array import array

SAMPLES_A_SECOND = 8000
SILENCE = 0xFF
"""The byte for no sound at all."""
_BIAS, _LOUDEST = 0x84, 32635


def decoded(ulaw: bytes) -> bytes:
    """The same sound as 16-bit samples, little-endian."""
    samples = array("h", [_SAMPLES[byte] for byte in ulaw])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def encoded(samples: bytes) -> bytes:
    """16-bit samples, little-endian, as mu-law. Raises: ValueError for an odd number of bytes."""
    wide = array("h", samples)
    if sys.byteorder == "big":
        wide.byteswap()
    return bytes([_BYTES[sample] for sample in wide])


def _sample(byte: int) -> int:
    bits = ~byte & 0xFF
    size = (((bits & 0x0F) << 3) + _BIAS) << ((bits & 0x70) >> 4)
    return _BIAS - size if bits & 0x80 else size - _BIAS


def _byte(sample: int) -> int:
    size = min(abs(sample), _LOUDEST) + _BIAS
    segment = size.bit_length() - 8
    bits = (segment << 4) | ((size >> (segment + 3)) & 0x0F)
    return ~(bits | (0x80 if sample < 0 else 0)) & 0xFF


_SAMPLES = tuple(_sample(byte) for byte in range(256))
_BYTES = tuple(_byte(sample) for sample in (*range(32768), *range(-32768, 0)))
"""By sample; a negative one counts from the end, as Python's indices do."""
