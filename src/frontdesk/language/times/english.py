"""How English says when. Rules are tried in order; the longer reading stands before the shorter."""

from datetime import time

from frontdesk.language.times.calendar_days import coming_month, next_month
from frontdesk.language.times.english_words import (
    AMOUNT,
    COUNTED,
    DAY_NAME,
    DAY_OF_MONTH,
    EVENING,
    HALF,
    MONTH,
    MONTH_NAME,
    MONTHS,
    NUMBER,
    ORDINAL,
    WEEKDAY,
    WEEKEND_DAYS,
    WORKDAYS,
    YEAR,
    ahead,
    bound,
    clock,
    dated,
    day_ahead,
    iso_date,
    month_part,
    named,
    number,
    ordinal,
    part_of_week,
    past_hour,
    slashed,
    week_named,
    week_with,
    weekday,
    weekend,
    weeks_from,
)
from frontdesk.language.times.pieces import (
    Clock,
    DayNumber,
    Joint,
    Link,
    Part,
    Rule,
    Side,
    Weekdays,
    Which,
    link,
    part,
    rule,
)

RULES: tuple[Rule, ...] = (
    # What is past, or a visit that stands already, is no wish.
    link(r"i(?:'ve| have)(?: got)? an? (?:appointment|appt|visit)(?: scheduled| booked)?(?: for| on| at)?", Link.OURS),
    link(rf"(?:last|this past|past|since|had) (?:{DAY_NAME}|week|month|year|night|time)", Link.OURS),
    link(rf"{AMOUNT} (?:days?|weeks?|months?|years?|hours?) ago|yesterday", Link.OURS),
    link(
        rf"(?:my|our)(?= (?:next |upcoming )?(?:{DAY_NAME}|tomorrow|\d{{1,2}}(?::\d\d)?(?: ?[ap]m)?|today)(?:'s)? "
        r"(?:(?:\d{1,2}(?::\d\d)? ?(?:am|pm)?|morning|afternoon|evening) )?(?:appointment|appt|visit"
        r"|booking|session|one)\b)",
        Link.OURS,
    ),
    link(rf"{DAY_NAME}\x27s (?:\d{{1,2}}(?::\d\d)?(?: ?[ap]\.?m\.?)?)?", Link.OURS),
    # Turns.
    link(r"(?:stop|come|drop|swing|pop|coming|stopping) by", Link.FILLER),
    rule(
        r"i(?:'m| am)? (?:work|working|at work|busy|in class|in school|in meetings?|teach|in clinic) (?:until|till|til)"
        r"|i (?:get|am|finish|go)(?: get)? (?:off|out|done)(?: of)?(?: work| school)? (?:at|around|by)",
        bound(Side.FROM),
    ),
    link(r"(?:instead of|rather than)", Link.NOT),
    link(
        r"(?:no,? wait|wait,? no|oh wait|wait|actually|i mean(?:t)?|scratch that|make (?:that|it)|or rather"
        r"|rather|instead|"
        r"sorry|my bad|on second thought|never ?mind|let's (?:do|say)|change (?:that|it) to|no sorry|correction)",
        Link.CORRECTION,
    ),
    rule(
        r"(?:not|no|never|don't|do not|can't|cannot|nothing)(?: (?:want|come|do|make it|have|be))*(?: anything)?(?: "
        r"at)? (?:before|earlier than|sooner than|until|till)"
        r"|no (?:earlier|sooner) than|not (?:earlier|sooner) than",
        bound(Side.FROM),
    ),
    rule(
        r"(?:not|no|nothing|don't want|can't do|never)(?: anything)? (?:after|later than|past)|no later than"
        r"|not later than",
        bound(Side.BEFORE),
    ),
    rule(
        r"(?:(?:be |get |to be |need to be )?(?:done|finished|out(?: of there)?|through|home|back at work"
        r"|back)|(?:need|have|got|gotta) (?:to )?(?:leave|go|run|be out|pick up \w+(?: \w+)?)) "
        r"(?:by|before|at)",
        bound(Side.DONE_BY),
    ),
    link(
        r"(?:doesn't|does not|don't|do not|won't|will not|isn't|wouldn't|would not) (?:really )?(?:work"
        r"|fit|suit|good|do)(?: for me)?|(?:is|are)? ?(?:not|no) good(?: for me)?|is out|are out|is bad"
        r"|"
        r"(?:isn't|is not|aren't) (?:good|possible|great|an option)",
        Link.NOT_THAT,
    ),
    link(
        r"(?:but )?(?:not|except(?: for)?|besides|other than|anything but|any ?day but|anytime but"
        r"|but not|avoid|excluding)(?: (?:on|in|at|the|this|for))*"
        r"|(?:i )?(?:can't|cannot|can not|couldn't|won't be able to|unable to|not able to)(?: (?:do"
        r"|make|come|be|get|there|in|it|work|on|at|free))*"
        r"|(?:i'm |i am )?(?:not|never) (?:free|available|around)(?: (?:on|in|at))?|no(?= (?:(?:mon"
        r"|tues|wednes|thurs|fri|satur|sun)days|mornings|evenings|afternoons|weekends)\b)",
        Link.NOT,
    ),
    rule(
        r"(?:any|every|all|most) ?(?:day|time|weekday)s? (?:but|except(?: for)?)(?: on)?",
        lambda match, today: [Joint(link=Link.NOT)],
    ),
    rule(
        r"(?:any|every|all|most) evenings? (?:but|except(?: for)?)(?: on)?",
        lambda match, today: [EVENING, Joint(link=Link.NOT)],
    ),
    # Soonest.
    link(
        r"(?:as soon as (?:possible|you can|we can)|a\.?s\.?a\.?p\.?|(?:the |your )?(?:very )?(?:first"
        r"|next) (?:available|availability|opening|(?:appointment|slot|time) (?:available|you have"
        r"|possible))(?: (?:appointment|slot|time|opening))?"
        r"|(?:the |your )?(?:very )?(?:earliest|soonest) (?:available|possible|opening|availability"
        r"|you (?:have|got)|appointment|slot|time)(?: (?:available|you have|possible))?"
        r"|at (?:your|the) earliest(?: convenience)?|(?:the )?(?:earliest|soonest)|right away|immediately"
        r"|right now|sooner the better|the sooner the better|(?:the )?earlier the better)",
        Link.SOONEST,
    ),
    link(rf"in (?:half an|{AMOUNT}) (?:hours?|hrs?|minutes?|mins?)(?: or so)?", Link.SOONEST),
    # Relative.
    rule(rf"(?:in )?{AMOUNT} (?:weeks?|wks?) (?:from|after) (?P<from>today|now|tomorrow|{DAY_NAME})", weeks_from),
    rule(rf"in {AMOUNT} (?P<unit>days?|weeks?|wks?|months?)(?:' time)?", ahead),
    rule(rf"{AMOUNT} (?P<unit>days?|weeks?|wks?|months?) (?:from (?:now|today)|out)", ahead),
    rule(r"(?:the )?day after (?:tomorrow|tmrw|tmr)", day_ahead(2)),
    rule(r"(?:tomorrow|tmrw|tmr|tmw|tomorow|tommorow|tommorrow|2moro|2morrow|tomoz)", day_ahead(1)),
    rule(r"(?:tonight|tonite|this evening)", day_ahead(0, EVENING)),
    rule(r"this (?:morning)", day_ahead(0, Part(earliest=None, latest=time(12)))),
    rule(r"this (?:afternoon)", day_ahead(0, Part(earliest=time(12), latest=time(17)))),
    rule(r"(?:later )?today", day_ahead(0)),
    rule(r"(?:the )?week after next", week_named(2)),
    rule(r"(?:the )?following week", week_named(1)),
    rule(r"next (?:week|wk)(?:'s)?(?! ?end)", week_named(1)),
    rule(r"(?:later )?this (?:week|wk)(?! ?end)|later in the week", week_named(0)),
    rule(r"next week ?end", weekend(1)),
    rule(r"(?:this |the |this coming |coming )?week ?end", weekend(0)),
    rule(r"week ?ends", lambda match, today: [Weekdays(days=WEEKEND_DAYS, which=Which.EVERY)]),
    rule(
        r"(?:a |any |during the )?week ?days?|(?:on )?(?:work ?days|business days?)|during the week",
        lambda match, today: [Weekdays(days=WORKDAYS, which=Which.EVERY)],
    ),
    rule(r"(?:the )?week of(?: the)? (?:" + MONTH + " )?" + DAY_OF_MONTH, lambda match, today: week_with(match, today)),
    rule(
        rf"(?P<which>early|beginning of|start of|mid(?:dle)?(?: of)?|mid-|late|end of|later in) ?"
        rf"(?:(?:the|this) month|(?P<month>next month|{MONTH_NAME}))(?! \d)",
        month_part,
    ),
    rule(r"(?:the )?end of (?:the|this) week|late(?:r)? (?:in the|this) week", part_of_week(0, 3, 4)),
    rule(r"early (?:in the )?next week|(?:the )?(?:beginning|start) of next week", part_of_week(1, 0, 1)),
    rule(r"(?:the )?(?:middle of|mid) next week", part_of_week(1, 2, 2)),
    rule(r"(?:late|later|the end of|end of) next week", part_of_week(1, 3, 4)),
    rule(r"next month", lambda match, today: [next_month(today)]),
    rule(r"(?:later )?this month", lambda match, today: [coming_month(today.month, today)]),
    # Dates.
    rule(r"(?P<y>20\d\d)[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)", iso_date),
    rule(rf"{MONTH} (?:the )?{DAY_OF_MONTH}{YEAR}", dated),
    rule(rf"{MONTH} (?:the )?{ORDINAL}{YEAR}", dated),
    rule(rf"(?:the )?{ORDINAL}(?: day)?(?: of| in)? {MONTH}{YEAR}", dated),
    rule(rf"{DAY_OF_MONTH} (?:of )?{MONTH}{YEAR}", dated),
    rule(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{4}|\d\d))?(?![/\d])", slashed),
    rule(r"(?P<m>\d{1,2})[-.](?P<d>\d{1,2})[-.](?P<y>\d{4}|\d\d)(?![-.\d])", slashed),
    rule(
        rf"(?:in|this|coming|all of|during|of|for) {MONTH}(?! \d)",
        lambda match, today: [coming_month(MONTHS[match["month"][:3]], today)],
    ),
    rule(rf"next {MONTH}", lambda match, today: [coming_month(MONTHS[match["month"][:3]], today)]),
    rule(
        r"(?P<month>january|february|april|june|july|august|september|october|november|december)",
        lambda match, today: [coming_month(MONTHS[match["month"][:3]], today)],
    ),
    # Days of the week.
    rule(rf"(?:next|nxt) {WEEKDAY}", lambda match, today: named(match, Which.NEXT)),
    rule(
        rf"(?:every|any|all|most|either) {WEEKDAY}",
        lambda match, today: [Weekdays(days=frozenset({weekday(match)}), which=Which.EVERY)],
    ),
    rule(rf"(?:this|coming|this coming|on|for|the coming) {WEEKDAY}", lambda match, today: named(match, Which.COMING)),
    rule(
        r"(?P<weekday>sat|sun|wed|mon)\b(?! (?:down|in |up|through|there|on the|for|screen|damage|spots?"
        r"|burn|exposure|tan|my|him|her|me))",
        lambda match, today: named(match, Which.COMING),
    ),
    link(r"sat|sun|wed|mon", Link.BREAK),
    rule(WEEKDAY, lambda match, today: named(match, Which.COMING)),
    # Clock times.
    rule(
        rf"(?P<fraction>half|a quarter|quarter|ten|twenty|five|\d\d?) (?P<turn>past|after|to|till|of"
        rf"|before) (?P<hour>\d{{1,2}}|{NUMBER})(?:(?:ish)?(?! ?[:\d]) ?{HALF})?(?! ?(?:am|pm|-))",
        lambda match, today: (
            past_hour(match, today)
            if match["fraction"] in ("half", "quarter", "a quarter") or match["turn"] in ("past", "till")
            else []
        ),
    ),
    rule(rf"(?P<hour>\d{{1,2}})(?::|\.|h)(?P<minute>\d\d)(?:ish)?(?: ?{HALF})?(?![:\d])", clock),
    rule(r"(?P<hour>\d{1,2})(?P<minute>[0-5]\d) ?(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?)", clock),
    rule(rf"(?P<hour>\d{{1,2}})(?:ish)? ?{HALF}(?! \d)", clock),
    rule(rf"(?P<hour>{NUMBER}) (?P<minute>fifteen|thirty|forty[- ]five|oh five|ten|twenty)(?: ?{HALF})?", clock),
    rule(
        rf"(?P<hour>{NUMBER})(?:ish)? ?(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?|in the (?:morning|afternoon"
        rf"|evening)|at night)",
        clock,
    ),
    rule(rf"(?P<hour>\d{{1,2}}|{NUMBER}) ?(?:o'clock|oclock|ish|-ish)(?: ?{HALF})?", clock),
    rule(r"(?:high )?noon(?:ish)?|mid-?day|12 noon", lambda match, today: [Clock(candidates=(time(12),))]),
    rule(r"after ?noon", lambda match, today: [Part(earliest=time(12), latest=time(17))]),
    # Sides.
    rule(
        r"(?P<hour>\d{1,2})(?P<minute>00|15|30|45)(?= (?:works|is (?:good|fine|great|perfect)|please"
        r"|would|sounds)|\s*$)",
        clock,
    ),
    part(
        r"(?:right |straight |any ?time )?(?:after|following) (?:work|school|the office|i get off(?: work)?"
        r"|office hours|business hours)",
        17,
        None,
    ),
    part(r"before work", None, 9),
    part(r"(?:after|following) lunch", 13, 17),
    part(r"before lunch", None, 12),
    part(r"(?:at |over |during |around )?(?:my |the )?lunch(?: ?(?:time|break|hour))?", 12, 13),
    rule(
        r"(?:or|and) (?:later|after|onwards?|beyond|up)|onwards?|and on|on (?:in )?forward",
        bound(Side.FROM, follows=True),
    ),
    rule(r"or (?:earlier|before|sooner)|and (?:earlier|before)|at the latest", bound(Side.BEFORE, follows=True)),
    rule(r"(?:any ?time |at )?(?:from|starting|beginning|as of)(?: (?:at|on))?", bound(Side.FROM)),
    rule(r"(?:any ?time |some ?time )?(?:after|past|later than)", bound(Side.AFTER)),
    rule(
        r"(?:any ?time |some ?time )?(?:before|earlier than|sooner than|prior to|up to|until|till|til)",
        bound(Side.BEFORE),
    ),
    rule(r"by", bound(Side.BY)),
    link(r"(?:any ?time )?(?:in )?between", Link.BETWEEN),
    # Parts of the day.
    part(r"(?:in the )?(?:early (?:in the )?(?:mornings?|am)|early|first thing(?: in the morning)?)", None, 10),
    part(r"(?:in the )?(?:late (?:in the )?mornings?|mid-?mornings?)", 10, 12),
    part(r"(?:in the )?early (?:in the )?(?:afternoons?|evenings?)", 12, 15),
    part(r"(?:in the )?(?:late (?:in the )?afternoons?|late in the day|end of (?:the )?day|eod)", 15, None),
    part(r"(?:in |during )?(?:the |an? )?(?:mornings?|a\.?m\.?s?(?= (?:works?|please|is)\b|\s*$))", None, 12),
    part(r"(?:in |during )?(?:the |an? )?(?:afternoons?|arvo)", 12, 17),
    part(r"(?:in |during |at )?(?:the |an? )?(?:evenings?|eves?|nights?|nite|evening time)", 17, None),
    # Links.
    link(r"at|@|around|about", Link.AT),
    link(
        r"(?:please|pls|like|maybe|say|the|on|of|in|for|during|only|preferably|ideally|an?|some ?time"
        r"|any ?time|any ?day|time|if possible"
        r"|would be|would|is|are|be)",
        Link.FILLER,
    ),
    link(r"or|and/or|nor", Link.OR),
    link(r"no", Link.CORRECTION),
    link(r"and|&|plus", Link.AND),
    link(r"to|through|thru|-|until|till", Link.TO),
    # Numbers.
    link(r"(?:party|family|group|table|total|the) of (?:\d{1,2}|us)", Link.BREAK),
    rule(
        rf"the {ORDINAL}(?! (?:one|option|time|slot|visit|opening|appointment|of the))",
        lambda match, today: [DayNumber(number=ordinal(match["ordinal"]))] if ordinal(match["ordinal"]) <= 31 else [],
    ),
    rule(
        r"(?P<ordinal>\d{1,2}(?:st|nd|rd|th))(?! (?:one|option|time|slot|visit|street|st|ave|floor))",
        lambda match, today: (
            [DayNumber(number=ordinal(match["ordinal"]))] if 1 <= ordinal(match["ordinal"]) <= 31 else []
        ),
    ),
    link(r"(?:room|suite|apt|unit|option|number|no\.|floor|#|\$) ?\d+|\$\d+", Link.BREAK),
    rule(
        r"(?:(?<=at[ ])|(?<=after[ ])|(?<=before[ ])|(?<=by[ ])|(?<=until[ ])|(?<=around[ ]))(?P<n>one)(?=\s*(?:$"
        r"|[.,!?]|or|and|on|to|please|works?|if|for|pm)\b|\s*$|[.,!?])",
        number,
    ),
    rule(rf"(?P<n>\d{{1,2}}|{NUMBER[4:]})(?![.:/%]?\d|%|\s*(?:{COUNTED})\b)", number),
)
