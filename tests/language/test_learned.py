"""A model's file is what was trained."""

from pathlib import Path

from frontdesk.language.learned import chances_of, weights_in, written


def test_a_model_that_was_written_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(written(["yes", "no"], [-1.0, 0.0], {"sí": {0: 300, 1: -300}, "nope": {1: 250}}))

    read = weights_in(file)

    assert [label for label, chance in chances_of(read, ["sí"]) if chance > 0.5] == ["yes"]
    assert [label for label, chance in chances_of(read, ["nope", "never heard"]) if chance > 0.5] == ["no"]
    assert dict(chances_of(read, [])) == {"yes": chances_of(read, ["never heard"])[0][1], "no": 0.5}
