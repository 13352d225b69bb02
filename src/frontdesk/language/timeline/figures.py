"""Dates in figures alone, which every language writes alike but for their order."""

from frontdesk.language.timeline import dates
from frontdesk.language.timeline.symbols import Rule

FIGURES = (
    Rule("year:YEAR4 SEP monn:MOND SEP day:DAYD t?", dates.dated),
    Rule("one:DAYD SEP? two:DAYD SEP? century:(N13) yy:TWO $", dates.figures_with_century),
    Rule("one:DAYD SEP two:DAYD SEP year:(YEAR4|TWO) (?!SLASH|COLON)", dates.figures),
    Rule("one:DAYD (of)? two:DAYD year:YEAR4", dates.figures),
    Rule("one:DAYD (SEP|COLON) two:DAYD (SEP|COLON)? year:YEAR4", dates.figures),
    Rule("(?<!SLASH) one:DAYD SLASH two:DAYD (?!SLASH|FRACTION)", dates.figures),
)
