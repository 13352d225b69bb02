"""What a patient may allow beside the form: each choice with the very words it was shown with. Pure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.web.catalogue import Words


def choices(words: Words, practice: str) -> dict[str, str]:
    """The field of each choice with the words beside its box."""
    return {_field(use): words(f"intake.{_field(use)}", practice=practice) for use in Use}


def choices_made(fields: Mapping[str, str], form: UUID, words: Words, practice: str, *, now: datetime) -> list[Consent]:
    """A consent for each box that was ticked; one left empty takes nothing back."""
    return [
        Consent(
            id=uuid5(form, field),
            use=use,
            allowed=True,
            source=Source.FORM,
            recorded=now,
            said="ticked",
            shown=shown,
            wording=f"intake.{field} {words.language}",
        )
        for use, (field, shown) in zip(Use, choices(words, practice).items(), strict=True)
        if fields.get(field)
    ]


def _field(use: Use) -> str:
    return f"allow_{use.value}"
