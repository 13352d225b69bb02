"""Writes the lists of known names, the commonest first: `python -m tools.count_names FOLDER`.

FOLDER is `names/` of the package names 0.3.0 (MIT), which carries the name counts of the 1990 United States Census
(public domain); it is needed only here. Names that are common elsewhere and not in that count are added by hand.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = ROOT / "src" / "frontdesk" / "language" / "details"
MOST_FAMILY = 16_000
GIVEN_ELSEWHERE = (
    "niamh aoife saoirse ciara orla grainne sinead roisin maeve eimear iain jemma kieran ciaran eoin padraig callum "
    "rhys sian nia cerys freya imogen poppy elise anais chloe zoe zoey mia ava aria luna isla harper nevaeh jayden "
    "aiden kayden brayden liam noah mateo thiago santiago ximena camila valeria renata regina itzel nayeli yaretzi "
    "priya anjali deepa kavya neha pooja rahul arjun rohan vikram sanjay aditya ananya fatima aisha zainab mohammed "
    "muhammad ahmed yusuf omar hassan layla amira noor wei mei ling xiu jun min ji hye seung thuy linh phuong anh minh "
    "duc olga svetlana dmitri vladimir agnieszka katarzyna piotr giulia chiara matteo lorenzo camille margaux thibault"
)


def counted(file: Path) -> Counter[str]:
    """Each name of one of the census's lists with its share of the people, in percent."""
    found: Counter[str] = Counter()
    for line in file.read_text(encoding="ascii").splitlines():
        name, share, *_ = line.split()
        found[name.lower()] += float(share)  # type: ignore[assignment]  # shares are no whole numbers
    return found


def main(arguments: Sequence[str]) -> int:
    """0 when the lists are written; 2 when the folder is not named."""
    if len(arguments) != 1:
        print("Name the folder that has dist.all.last, dist.female.first and dist.male.first")
        return 2
    folder = Path(arguments[0])
    given = counted(folder / "dist.female.first") + counted(folder / "dist.male.first")
    family = counted(folder / "dist.all.last")
    for name, found, most in (("given", given, len(given)), ("family", family, MOST_FAMILY)):
        listed = sorted(found, key=lambda one: (-found[one], one))[:most]
        if name == "given":
            listed += [one for one in GIVEN_ELSEWHERE.split() if one not in found]
        (LISTS / f"{name}_names.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")
        print(f"{len(listed)} {name} names")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
