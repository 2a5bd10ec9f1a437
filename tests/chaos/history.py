"""Whether a history is linearizable: one order of its operations explains every answer.

An operation takes effect at one point between its beginning and its end. The order must keep that:
what had ended before another began stands before it (Wing and Gong, with a memory).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

State: TypeAlias = Hashable


@dataclass(frozen=True, slots=True)
class Operation:
    """What somebody asked for, when, and what they were answered at last."""

    what: tuple[Hashable, ...]
    began: float
    ended: float
    answer: str


Model: TypeAlias = Callable[[State, tuple[Hashable, ...]], tuple[State, str]]


def linearizable(history: Sequence[Operation], start: State, model: Model) -> bool:
    """Try the operations one after another in the model, as long as its answers are theirs."""
    tried: set[tuple[frozenset[int], State]] = set()

    def explains(left: frozenset[int], state: State) -> bool:
        if not left:
            return True
        if (left, state) in tried:
            return False
        tried.add((left, state))
        first_end = min(history[n].ended for n in left)
        for n in left:
            if history[n].began <= first_end:
                after, answer = model(state, history[n].what)
                if answer == history[n].answer and explains(left - {n}, after):
                    return True
        return False

    return explains(frozenset(range(len(history))), start)
