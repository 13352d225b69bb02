"""What a long run has found so far, in a folder: it can be stopped at any time and goes on where it was."""

from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


class Kept(Generic[T]):
    """Outcomes, a line of JSON each, in a file of the folder; without a folder none is kept."""

    def __init__(self, shape: type[T], folder: Path | None, name: str) -> None:
        self._shape: TypeAdapter[T] = TypeAdapter(shape)
        self._file = folder / f"{name}.jsonl" if folder is not None else None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self) -> Iterator[T]:
        """All that is there. A last line that was broken off in the middle does not count."""
        if self._file is None or not self._file.is_file():
            return
        for line in self._file.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n"):
                yield self._shape.validate_json(line)

    def add(self, one: T) -> None:
        """Keep one more."""
        if self._file is not None:
            with self._file.open("ab") as file:
                file.write(self._shape.dump_json(one) + b"\n")
