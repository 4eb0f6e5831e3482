"""Random generators: across as their state, back only if honestly advanced."""

from dataclasses import dataclass

import numpy as np

from .limits import WireError

_KINDS = {
    kind.__name__: kind
    for kind in (np.random.PCG64, np.random.Philox, np.random.SFC64, np.random.MT19937)
}
# Bits of each word, in the order in which a state is flattened.
_HALF = (1, 32)  # whether half a 64-bit draw is left over, and that half
_BITS = {
    "PCG64": (128, 128, *_HALF),
    "Philox": (64,) * 4 + (64,) * 2 + (64,) * 4 + (3,) + _HALF,
    "SFC64": (64,) * 4 + _HALF,
    "MT19937": (32,) * 624 + (10,),
}
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class GeneratorState:
    """State of a `numpy.random.Generator` as a tuple of checked integers.

    Attributes
    ----------
    name : str
        Class name of the bit generator.
    words : tuple of int
    """

    name: str
    words: tuple

    def __post_init__(self):
        bits = _BITS.get(self.name) if type(self.name) is str else None
        words = self.words
        if (
            bits is None
            or len(words) != len(bits)
            or not all(type(w) is int and 0 <= w < 1 << b for w, b in zip(words, bits, strict=True))
            or (self.name == "PCG64" and words[1] % 2 == 0)
            or (self.name == "Philox" and words[10] > 4)
            or (self.name == "MT19937" and (words[-1] > 624 or not any(words[:-1])))
        ):
            raise WireError("an impossible state of a random generator")

    @classmethod
    def of(cls, generator):
        """State of a generator.

        Parameters
        ----------
        generator : numpy.random.Generator
        """
        kind = type(generator.bit_generator)
        name = kind.__name__
        if _KINDS.get(name) is not kind:
            raise WireError(f"random generators with {name} do not cross")
        state = generator.bit_generator.state
        inner = state["state"]
        half = (state.get("has_uint32"), state.get("uinteger"))
        if name == "PCG64":
            words = (inner["state"], inner["inc"], *half)
        elif name == "Philox":
            words = (*inner["counter"], *inner["key"], *state["buffer"], state["buffer_pos"], *half)
        elif name == "SFC64":
            words = (*inner["state"], *half)
        else:
            words = (*inner["key"].tolist(), inner["pos"])
        return cls(name, tuple(map(int, words)))

    def _state(self):
        w, state = self.words, {"bit_generator": self.name}
        if self.name == "MT19937":
            return state | {"state": {"key": np.array(w[:-1], np.uint32), "pos": w[-1]}}
        state |= {"has_uint32": w[-2], "uinteger": w[-1]}
        if self.name == "PCG64":
            return state | {"state": {"state": w[0], "inc": w[1]}}
        if self.name == "SFC64":
            return state | {"state": {"state": np.array(w[:4], np.uint64)}}
        inner = {"counter": np.array(w[:4], np.uint64), "key": np.array(w[4:6], np.uint64)}
        return state | {"state": inner, "buffer": np.array(w[6:10], np.uint64), "buffer_pos": w[10]}

    def generator(self):
        """A new generator in this state (for the sandboxed side).

        Returns
        -------
        numpy.random.Generator
        """
        bits = _KINDS[self.name](0)
        bits.state = self._state()
        return np.random.Generator(bits)

    def advance(self, generator, limit=1 << 24):
        """Bring a generator to this state, if drawing from it leads there.

        A state made up in the sandbox could fix what a test draws later, so
        the draws are done over and must end in this very state.

        Parameters
        ----------
        generator : numpy.random.Generator
            The one that was sent, still in the state in which it was sent.
        limit : int
            Most raw draws to believe.
        """
        before = GeneratorState.of(generator)
        if before.name != self.name:
            raise WireError("another kind of random generator came back")
        replay = before.generator()
        draws = _DISTANCES[self.name](before.words, self.words, limit)
        if not 0 <= draws <= limit:
            raise WireError("a random generator came back in a state that it cannot have reached")
        half = self.name != "MT19937" and self.words[-2:]
        explained = not half or not half[0] or half == before.words[-2:]
        while draws > 0:
            raw = replay.bit_generator.random_raw(min(draws, _CHUNK))
            explained = explained or bool(np.any(raw >> 32 == half[1]))
            draws -= len(raw)
        core = -2 if half else None
        if not explained or GeneratorState.of(replay).words[:core] != self.words[:core]:
            raise WireError("a random generator came back in a state that it cannot have reached")
        generator.bit_generator.state = self._state()


def _pcg64_distance(before, after, limit):
    """Steps between two states of one 128-bit congruential sequence, bit by bit."""
    mask, multiplier = (1 << 128) - 1, 0x2360ED051FC65DA44385DF649FCCF645
    (state, increment), target, steps = before[:2], after[0], 0
    for bit in range(128):
        if (state ^ target) >> bit & 1:
            state = state * multiplier + increment & mask
            steps |= 1 << bit
        increment = (multiplier + 1) * increment & mask
        multiplier = multiplier * multiplier & mask
    return steps


def _philox_distance(before, after, limit):
    def drawn(words):
        return 4 * sum(w << 64 * i for i, w in enumerate(words[:4])) + words[10]

    return drawn(after) - drawn(before)


def _sfc64_distance(before, after, limit):
    return after[3] - before[3] & (1 << 64) - 1


def _mt19937_distance(before, after, limit):
    """Draws until the key is the one that came back, a block of 624 at a time."""
    if before[:-1] == after[:-1]:
        return after[-1] - before[-1]
    wanted = _temper(np.array(after[:-1], np.uint32))
    bits = GeneratorState("MT19937", (*before[:-1], 624)).generator().bit_generator
    for draws in range(624 - before[-1], limit, 624):
        if np.array_equal(bits.random_raw(624), wanted):
            return draws + after[-1]
    return -1


def _temper(key):
    key = key ^ key >> 11
    key = key ^ (key << 7 & 0x9D2C5680)
    key = key ^ (key << 15 & 0xEFC60000)
    return key ^ key >> 18


_DISTANCES = {
    "PCG64": _pcg64_distance,
    "Philox": _philox_distance,
    "SFC64": _sfc64_distance,
    "MT19937": _mt19937_distance,
}
