"""Replies with one thing in them made untrue: found by patterns of these tests' own, altered one by one."""

import re
from collections.abc import Iterator

from frontdesk.domain.practice import Practice

MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}
DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "es": ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
}
CLAIMS = {
    "en": (
        "You're booked!",
        "Your visit is booked.",
        "Your visit has been moved.",
        "Your visit is cancelled.",
        "I've sent you the form.",
        "I've alerted the clinic.",
        "I've passed this to our team.",
        "I'm holding it for you.",
        "You won't get any more texts.",
    ),
    "es": (
        "¡Listo! Su cita está reservada.",
        "Su cita fue cambiada.",
        "Su cita está cancelada.",
        "Le envié el formulario.",
        "Alerté a la clínica.",
        "Pasé su mensaje a nuestro equipo.",
        "Le aparto la hora.",
        "Ya no recibirá mensajes.",
    ),
}
WORDS_OF_CLAIMS = {
    "en": ("booked", "moved", "cancelled", "sent", "holding", "alerted"),
    "es": ("reservada", "cambiada", "cancelada", "enviada", "apartada", "alertada"),
}


def alterations(text: str, language: str, practice: Practice, names: set[str]) -> Iterator[tuple[str, str]]:
    """(what was altered, the altered text), one for each time, date, price, name, address and word of a claim.

    What it is altered to goes round with its place in the text.
    """
    for kind, pattern, others in _pieces(language, practice, names, text):
        for match in re.finditer(pattern, text):
            choices = [other for other in others(match.group()) if other not in text]  # what stands there may be true
            if choices:
                other = choices[match.start() % len(choices)]
                yield kind, text[: match.start()] + other + text[match.end() :]


def _pieces(language: str, practice: Practice, names: set[str], text: str) -> Iterator[tuple]:
    months, days = MONTHS[language], DAYS[language]
    month = "|".join(months)
    yield "time", r"\d{1,2}:\d\d [AP]M", _clocks
    yield "weekday", rf"\b(?:{'|'.join(days)})", lambda one: [days[(days.index(one) + 1) % 7]]
    yield "month", rf"\b(?:{month})\b", lambda one: [months[(months.index(one) + 1) % 12]]
    yield "day", rf"(?<=(?:{month[:0]}\s))\d{{1,2}}(?![\d:])(?= de )|(?<=[a-z] )\d{{1,2}}(?=,? at)", _counted
    yield "price", r"\$\d[\d,]*", lambda one: [f"${int(one[1:].replace(',', '')) + 7}"]
    yield "phone", r"\(\d{3}\) \d{3}-\d{4}", lambda one: [one[:-1] + str((int(one[-1]) + 1) % 10), "(512) 555-0199"]
    yield "e-mail", r"\b[a-z.]+@example\.com", lambda one: ["x" + one, "someone@example.com"]
    yield "link", r"https://\S+", lambda one: [one + "1", "https://evil.example.com/intake/1"]
    staff = sorted({person.first_name for person in practice.practitioners}, key=len, reverse=True)
    free = [one for one in staff if one not in text]
    yield "practitioner", rf"(?<=(?:with|.con) )(?:{'|'.join(map(re.escape, staff))})", lambda _: ["Zelda", *free[:1]]
    services = [re.escape(one.name) for one in practice.services]
    unnamed = [one.name for one in practice.services if one.name not in text]
    yield (
        "service",
        rf"\b(?:{'|'.join(sorted(services, key=len, reverse=True))})\b",
        lambda _: ["Scalp rescue", unnamed[0]],
    )
    yield "practice", re.escape(practice.name), lambda _: ["Bright Smiles Dental"]
    yield "address", re.escape(practice.locations[0].address), lambda one: [one.replace("18", "19", 1)]
    if names:
        patient = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        yield "patient", rf"(?<!\w)(?:{patient})(?!\w)", lambda _: ["Bertha", "Dora Mills"]
    words = WORDS_OF_CLAIMS[language]
    yield "claim", rf"(?<!nothing is )\b(?:{'|'.join(words)})\b", lambda one: [word for word in words if word != one]


def _clocks(told: str) -> list[str]:
    hour, minute, half = re.split("[: ]", told)
    return [
        f"{int(hour) % 12 + 1}:{minute} {half}",
        f"{hour}:{(int(minute) + 10) % 60:02} {half}",
        f"{hour}:{minute} {'AM' if half == 'PM' else 'PM'}",
    ]


def _counted(day: str) -> list[str]:
    return [str(int(day) % 28 + 1)]
