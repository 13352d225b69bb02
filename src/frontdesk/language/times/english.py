"""English words that join times or turn them. The longer reading stands before the shorter."""

from datetime import time

from frontdesk.language.times.pieces import Link, Rule, Side, bound, bound_before, link, part

_DAY_NAME = (
    r"(?:mon(?:day)?s?|tue(?:s(?:day)?)?s?|wed(?:s|nesday)?s?|thu(?:rs?(?:day)?)?s?|fri(?:day)?s?"
    r"|sat(?:urday)?s?|sun(?:day)?s?)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_HALF_HOUR = r"\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)?"
_VISIT = r"(?:appointment|appt|visit|booking|session|one)"

_ON_A_DAY = rf"(?:(?:on |this |next |the |coming )*(?:{_DAY_NAME}|week(?:end)?|{_MONTH}|\d)|today|tomorrow)"
_LEAVE = r"(?:i|we|she|he|they|my \w+)(?: am| is| are|'m|'s|'re|'ll| will)?(?: \w+)? ?(?:leav|fl[yi]|go|gone|depart)\w*"
"""A day, after words that say until when they are there; and that they are gone by then."""

LINKS: tuple[Rule, ...] = (
    # A visit that stands already is no wish.
    link(r"i(?:'ve| have)(?: got)? an? (?:appointment|appt|visit)(?: scheduled| booked)?(?: for| on| at)?", Link.OURS),
    link(r"(?:last|past|since|had)(?= )", Link.BREAK),
    link(
        rf"(?:my|our)(?= (?:next |upcoming )?(?:{_DAY_NAME}|tomorrow|{_HALF_HOUR}|today)(?:'s)? "
        rf"(?:(?:{_HALF_HOUR}|morning|afternoon|evening) )?{_VISIT}\b)",
        Link.OURS,
    ),
    link(r"(?:i(?:'ll| will)? |we(?:'ll| will)? |to )?keep(?:ing)?(?: (?:my|the|our))+(?= )", Link.OURS),
    link(
        rf"{_DAY_NAME}\x27s (?!fine|good|great|ok|okay|best|better|perfect|too|way too)(?:{_HALF_HOUR})?",
        Link.OURS,
        theirs=True,
    ),
    # What bounds the days that are wished for.
    bound(
        rf"(?:(?:i|we|they)(?:'ll| will| both| all| have to| need to)* leave|leaves|leaving"
        r"|fl(?:y|ies|ying) (?:out|home|back)|(?:going|go|goes|head(?:ing|s)?) (?:home|away)"
        rf"|(?:going|goes|heading) back|depart(?:s|ing)?)(?: town| home| again)?"
        rf"(?: (?:for|to) (?!the |{_MONTH}|{_DAY_NAME})[a-z]+)?(?= {_ON_A_DAY})",
        Side.LEAVING,
    ),
    bound(
        rf"(?:only |just )(?:be |gonna be |going to be )?(?:in town|in the area|here|around|visiting|staying|home)"
        rf"(?: for| until| till| through| thru)?(?= {_ON_A_DAY})|in town(?: only| just)?(?: for| through| thru)?"
        rf"(?= {_ON_A_DAY})",
        Side.STAYING,
    ),
    bound_before(
        r"(?:(?:is|are|would be|will be|'s)(?: already| just| still)?(?: a (?:bit|little)| way| much| far)? )?too"
        rf" (?:late|far (?:out|off|away))|(?:is|'s|would be) after {_LEAVE}",
        Side.BEFORE,
    ),
    bound_before(
        r"(?:(?:is|are|would be|will be|'s)(?: a (?:bit|little)| way| much| far)? )?too (?:early|soon)",
        Side.AFTER,
    ),
    # Turns.
    link(r"(?:stop|come|drop|swing|pop|coming|stopping) by", Link.FILLER),
    bound(
        r"(?:i|we)(?:'m| am|'re| are)?(?: all| both)? (?:work|working|at work|busy|in class|in school|in meetings?"
        r"|teach|in clinic)(?= (?:until|till|til)\b)"
        r"|i (?:get|am|finish|go)(?: get)? (?:off|out|done)(?: of)?(?: work| school)?(?= (?:at|around|by)\b)",
        Side.FROM,
    ),
    link(
        rf"(?:i|we)(?:'m| am|'re| are)? (?:work(?:ing)?|busy|at work|in class|in school|teach)(?: from)?"
        rf"(?= {_HALF_HOUR} ?(?:to|-|until|till|thru) ?\d)",
        Link.NOT,
    ),
    link(r"(?:instead of|rather than)", Link.NOT),
    link(
        r"(?:no,? wait|wait,? no|oh wait|wait|actually|i mean(?:t)?|scratch that|make (?:that|it)|or rather"
        r"|rather|instead|"
        r"sorry|my bad|on second thought|never ?mind|let's (?:do|say)|change (?:that|it) to|no sorry|correction)",
        Link.CORRECTION,
    ),
    bound(
        r"(?:not|no|never|don't|do not|can't|cannot|nothing)(?: (?:want|come|do|make it|have|be))*(?: anything)?(?: "
        r"at)? (?:before|earlier than|sooner than|until|till)"
        r"|no (?:earlier|sooner) than|not (?:earlier|sooner) than",
        Side.FROM,
    ),
    bound(
        r"(?:not|no|nothing|don't want|can't do|never)(?: anything)? (?:after|later than|past)|no later than"
        r"|not later than",
        Side.BEFORE,
    ),
    bound(
        r"(?:(?:be |get |to be |need to be )?(?:done|finished|out(?: of there)?|through|home|back at work"
        r"|back)|(?:need|have|got|gotta) (?:to )?(?:leave|go|run|be out|pick up \w+(?: \w+)?)) "
        r"(?:by|before|at)",
        Side.DONE_BY,
    ),
    bound(
        r"(?:(?:i|we) (?:(?:have|need|gotta) (?:to )?)?(?:start |go to |be at |begin )?(?:work(?:ing)?|class|school)"
        r"|(?:i|we) (?:have|got) (?:work|class|school|a shift|a class|a meeting|a call)"
        r"|(?:my )?(?:shift|work|class|school) (?:starts|begins))(?= at\b)",
        Side.DONE_BY,
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
    link(r"(?:any|every|all|most) ?(?:day|time|weekday)s? (?:but|except(?: for)?)(?: on)?", Link.NOT),
    link(rf"(?:but|except(?: for)?)(?= (?:on )?(?:{_DAY_NAME}|the|weekends?|mornings?)\b)", Link.NOT),
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
    part(r"lunch", time(12), time(13)),
    # Numbers that are no days.
    link(r"(?:party|family|group|table|total|the) of (?:\d{1,2}|us)", Link.BREAK),
    link(r"(?:room|suite|apt|unit|option|number|no\.|floor|#|\$) ?\d+|\$\d+", Link.BREAK),
)
