"""A practice as a folder of files that its own people can read and change."""

import json
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.standards.document import Fault, did_you_mean
from frontdesk.standards.practice_changes import differences
from frontdesk.standards.practice_checks import faults_in, remarks_on
from frontdesk.standards.practice_document import Document, read_document, to_document
from frontdesk.standards.questionnaire_document import SECTION as QUESTIONNAIRES
from frontdesk.standards.questionnaire_document import in_order

__all__ = ["PracticeFilesWrong", "differences", "read_practice", "remarks_on", "write_practice"]

FIRST_FILE = "practice.yaml"
SECTIONS = (
    "locations",
    "practitioners",
    "rooms",
    "devices",
    "services",
    "policies",
    "coverage",
    "telling",
    "transfer",
    "emergency",
    "chat",
    "reminders",
    "experiments",
    "knowledge",
)
"""Each is a file of its own; what is left of the document stands in practice.yaml."""

FILES = (FIRST_FILE, *(f"{section}.yaml" for section in SECTIONS))
NEEDED = (FIRST_FILE, "locations.yaml", "practitioners.yaml", "services.yaml")


class PracticeFilesWrong(Exception):
    """The files of a practice cannot be put in force. A line for each fault: file, place in it, found, wanted."""

    def __init__(self, folder: Path, lines: list[str]) -> None:
        self.lines = tuple(lines)
        count = "1 thing is" if len(lines) == 1 else f"{len(lines)} things are"
        super().__init__("\n".join((f"{count} wrong in {folder}:", *(f"  {line}" for line in lines))))


def read_practice(folder: Path, *, id: PracticeId) -> Practice:
    """The practice whose files are in a folder.

    Raises: PracticeFilesWrong (with every fault that can be seen at once).
    """
    if not folder.is_dir():
        raise PracticeFilesWrong(folder, ["there is no such folder; name the one that holds practice.yaml"])
    document, unread = _read_files(folder)
    practice, faults = read_document(document, id=id)
    faults += faults_in(practice, unread=(*unread, *faults))
    if any(fault.place == (FIRST_FILE,) for fault in unread):
        faults = [fault for fault in faults if fault.place[0] in {*SECTIONS, QUESTIONNAIRES}]
    if wrong := sorted((*unread, *faults), key=_file_order):
        raise PracticeFilesWrong(folder, [_line(fault) for fault in wrong])
    return practice


def write_practice(practice: Practice, folder: Path) -> None:
    """Write the files of a practice; `read_practice` gives the same practice back.

    The folder is made where there is none. Files of this kind that are there already are replaced, and those of
    sections that are empty are taken away; nothing else in the folder is touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = to_document(practice)
    _write_questionnaires(folder / QUESTIONNAIRES, document.pop(QUESTIONNAIRES, []))
    parts = {section: document.pop(section, None) for section in SECTIONS}
    _write_yaml(folder / FIRST_FILE, document)
    for section, part in parts.items():
        file = folder / f"{section}.yaml"
        if part:
            _write_yaml(file, part)
        else:
            file.unlink(missing_ok=True)


def _read_files(folder: Path) -> tuple[Document, list[Fault]]:
    document: Document = {}
    faults = list(_strange_and_missing_files(folder))
    for name in FILES:
        if not (folder / name).is_file():
            continue
        section = name.removesuffix(".yaml")
        try:
            found = yaml.load((folder / name).read_text(encoding="utf-8"), Loader=_TextLoader)
        except yaml.MarkedYAMLError as broken:
            mark = broken.problem_mark
            line = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
            faults.append(_whole(name, f"{line}{broken.problem}", "correct the line, its dashes and its spaces"))
        except (UnicodeDecodeError, yaml.reader.ReaderError):
            faults.append(_whole(name, "found characters that are no text", "save the file as UTF-8"))
        except OSError as broken:
            faults.append(_whole(name, f"it cannot be opened: {broken.strerror}", "let this user read it"))
        else:
            if name != FIRST_FILE:
                document[section] = found
            elif isinstance(found, dict):
                parts = (*SECTIONS, QUESTIONNAIRES)
                document |= {str(key): value for key, value in found.items() if key not in parts}
                faults += [_misplaced(key) for key in found if key in parts]
            else:
                faults.append(_whole(name, "found no keys", "wanted lines of the form `key: value`"))
    if forms := list(_read_questionnaires(folder / QUESTIONNAIRES, faults)):
        document[QUESTIONNAIRES] = forms
    return document, faults


def _read_questionnaires(folder: Path, faults: list[Fault]) -> Iterator[Document]:
    """The forms in a practice's folder, each named by its file, by name."""
    for file in sorted(folder.glob("*.json")):
        place = (QUESTIONNAIRES, file.stem)
        try:
            form = json.loads(file.read_text(encoding="utf-8"))
        except json.JSONDecodeError as broken:
            found = f"line {broken.lineno}, column {broken.colno}: {broken.msg}"
            faults.append(Fault(place=place, found=found, wanted="correct the commas, quotes and brackets around it"))
        except UnicodeDecodeError:
            faults.append(Fault(place=place, found="found characters that are no text", wanted="save it as UTF-8"))
        except OSError as broken:
            found = f"it cannot be opened: {broken.strerror}"
            faults.append(Fault(place=place, found=found, wanted="let this user read it"))
        else:
            if not isinstance(form, dict):
                faults.append(Fault(place=place, found="found no object", wanted="wanted a FHIR Questionnaire"))
            elif form.get("id") != file.stem:
                wanted = f'the file and the form have one name: "id": "{file.stem}"'
                faults.append(Fault(place=place, found=f"found the id {form.get('id')!r}", wanted=wanted))
            else:
                yield form


def _write_questionnaires(folder: Path, forms: object) -> None:
    """The forms, a file each; those that the practice does not have any more are taken away."""
    listed = [form for form in forms if isinstance(form, dict)] if isinstance(forms, list) else []
    names = {f"{form['id']}.json" for form in listed}
    if listed:
        folder.mkdir(exist_ok=True)
    for file in folder.glob("*.json"):
        if file.name not in names:
            file.unlink()
    for form in listed:
        text = json.dumps(in_order(form), ensure_ascii=False, indent=2)
        (folder / f"{form['id']}.json").write_text(f"{text}\n", encoding="utf-8")


def _strange_and_missing_files(folder: Path) -> Iterator[Fault]:
    there = sorted(file.name for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})
    for name in there:
        if name not in FILES:
            wanted = did_you_mean(name, FILES) or f"the files of a practice are {', '.join(FILES)}"
            yield Fault(place=(name,), found="this file is not known", wanted=wanted)
    for name in NEEDED:
        if name not in there:
            yield _whole(name, "there is no such file", "add it")


def _whole(name: str, found: str, wanted: str) -> Fault:
    """A fault of a file as a whole, placed where the checks of its section look for it."""
    section = name.removesuffix(".yaml")
    return Fault(place=(section if section in SECTIONS else name,), found=found, wanted=wanted)


def _misplaced(section: str) -> Fault:
    file = f"{section}/NAME.json" if section == QUESTIONNAIRES else f"{section}.yaml"
    return Fault(place=(section,), found=f"found in {FIRST_FILE}", wanted=f"move it to {file}")


def _file(fault: Fault) -> tuple[str, tuple[str, ...]]:
    """The file of a fault and its place in there."""
    first, *rest = fault.place
    if first == QUESTIONNAIRES and rest:
        return f"{QUESTIONNAIRES}/{rest[0]}.json", tuple(rest[1:])
    if first in SECTIONS:
        return f"{first}.yaml", tuple(rest)
    if first.endswith((".yaml", ".yml")):
        return first, ()
    return FIRST_FILE, fault.place


def _file_order(fault: Fault) -> int:
    name, _ = _file(fault)
    return FILES.index(name) if name in FILES else len(FILES)


def _line(fault: Fault) -> str:
    name, place = _file(fault)
    return ": ".join(filter(None, (name, " > ".join(place), f"{fault.found}; {fault.wanted}")))


class _TextLoader(yaml.CBaseLoader):
    """Reads every value as text, so that a phone number stays one and `no` is a word; a key stands once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                problem = f'found the key "{key.value}" a second time'
                raise yaml.constructor.ConstructorError(problem=problem, problem_mark=key.start_mark)
            if isinstance(key.value, str):
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


class _TidyDumper(yaml.SafeDumper):
    """Writes short lists on one line and everything else one thing a line, entries of a list indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_list(dumper: yaml.SafeDumper, listed: list[object]) -> yaml.Node:
    short = all(isinstance(one, str | int) for one in listed) and sum(len(str(one)) + 2 for one in listed) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", listed, flow_style=short)


_TidyDumper.add_representer(list, _represent_list)


def _write_yaml(file: Path, part: object) -> None:
    text = yaml.dump(part, Dumper=_TidyDumper, sort_keys=False, allow_unicode=True, width=110)
    file.write_text(text, encoding="utf-8")
