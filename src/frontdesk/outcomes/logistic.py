"""Logistic regression in plain arithmetic: Newton's method with a pull of each weight towards zero, but the first."""

from collections.abc import Sequence
from math import exp, log

ROUNDS = 30
HALVINGS = 20
CLOSE = 1e-9


def chance_of(row: Sequence[float], weights: Sequence[float]) -> float:
    """How likely it is, from 0 to 1. Both begin with the constant, whose value in a row is 1."""
    score = max(-30.0, min(30.0, sum(value * weight for value, weight in zip(row, weights, strict=True))))
    return 1 / (1 + exp(-score))


def fit(rows: Sequence[Sequence[float]], happened: Sequence[bool], *, pull: float = 1.0) -> tuple[float, ...]:
    """The weights under which what happened is likeliest, less `pull` times half the sum of their squares.

    Iteratively reweighted least squares; a step that does not help is halved. Without both outcomes, or without rows,
    the pull alone keeps the weights finite. Source: C. M. Bishop, Pattern Recognition and Machine Learning, 4.3.3.
    """
    many = len(rows[0]) if rows else 1
    share = (sum(happened) + 0.5) / (len(happened) + 1)
    weights = [log(share / (1 - share)), *([0.0] * (many - 1))]
    best = _cost(rows, happened, weights, pull)
    for _ in range(ROUNDS):
        step = _newton(rows, happened, weights, pull)
        tried = [weight - change for weight, change in zip(weights, step, strict=True)]
        cost, halvings = _cost(rows, happened, tried, pull), 0
        while cost > best and halvings < HALVINGS:
            tried = [(weight + new) / 2 for weight, new in zip(weights, tried, strict=True)]
            cost, halvings = _cost(rows, happened, tried, pull), halvings + 1
        if cost > best - CLOSE:
            break
        weights, best = tried, cost
    return tuple(weights)


def _cost(rows: Sequence[Sequence[float]], happened: Sequence[bool], weights: Sequence[float], pull: float) -> float:
    chances = [chance_of(row, weights) for row in rows]
    unlikely = -sum(log(chance if came else 1 - chance) for chance, came in zip(chances, happened, strict=True))
    return unlikely + pull / 2 * sum(weight**2 for weight in weights[1:])


def _newton(
    rows: Sequence[Sequence[float]], happened: Sequence[bool], weights: Sequence[float], pull: float
) -> list[float]:
    many = len(weights)
    slope = [0.0, *(pull * weight for weight in weights[1:])]
    bend = [[(pull if i == j and i else 0.0) for j in range(many)] for i in range(many)]
    for row, came in zip(rows, happened, strict=True):
        chance = chance_of(row, weights)
        off, weight = chance - came, chance * (1 - chance)
        held = [(place, value) for place, value in enumerate(row) if value]
        for i, value in held:
            slope[i] += off * value
            line, scaled = bend[i], weight * value
            for j, other in held:
                line[j] += scaled * other
    for i in range(many):
        bend[i][i] += 1e-9  # a column without a case in it
    return _solved(bend, slope)


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix · x = right, by Gauss's elimination with the largest pivot."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    many = len(rows)
    for column in range(many):
        pivot = max(range(column, many), key=lambda one: abs(rows[one][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for below in range(column + 1, many):
            factor = rows[below][column] / rows[column][column]
            rows[below] = [a - factor * b for a, b in zip(rows[below], rows[column], strict=True)]
    solved = [0.0] * many
    for row in reversed(range(many)):
        known = sum(rows[row][column] * solved[column] for column in range(row + 1, many))
        solved[row] = (rows[row][many] - known) / rows[row][row]
    return solved
