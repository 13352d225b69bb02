"""Every sealed column and every look-up hash there is: what a rotation of keys has to go through.

A new table enters itself here; tests/storage/test_sealed.py compares this list with the database.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """The sealed columns of a table, without `_sealed`. `subject` names the column that says whose key seals them.

    Each is bound to the table, to the row by its column `row`, and to the column.
    """

    table: str
    subject: str
    columns: tuple[str, ...]
    row: str = "id"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hashed:
    """A column that `Keyring.lookup` fills."""

    table: str
    column: str


SEALED = (
    Sealed(table="patient", subject="id", columns=("given", "family", "phone", "email", "birth_date")),
    Sealed(table="conversation", subject="id", columns=("address", "state")),
    Sealed(table="message", subject="conversation_id", columns=("text", "buttons", "why")),
    Sealed(table="arrived_mail", subject="conversation_id", columns=("header",)),
    Sealed(table="note", subject="conversation_id", columns=("text",)),
    Sealed(table="intake", subject="patient_id", columns=("answers",)),
    Sealed(table="intake_form", subject="patient_id", columns=("response",)),
    Sealed(table="intake_file", subject="patient_id", columns=("content",)),
    Sealed(table="invitation", subject="patient_id", columns=("email",)),
    Sealed(table="waiting", subject="conversation_id", columns=("wish",)),
    Sealed(table="coverage", subject="conversation_id", columns=("told",)),
    Sealed(table="task", subject="conversation_id", columns=("story",)),
    Sealed(table="outbox", subject="subject_id", columns=("payload",)),
    Sealed(table="consent", subject="subject_id", columns=("words", "shown")),
    Sealed(table="kept_record", subject="id", columns=("record",)),
    Sealed(table="account", subject="id", columns=("email", "name", "totp")),
    Sealed(table="leave_to_look", subject="account_id", columns=("reason",)),
    Sealed(table="chart", subject="patient_id", columns=("chart",), row="patient_id"),
    Sealed(table="openid_provider", subject="id", columns=("secret",)),
    Sealed(table="connection", subject="practice_id", columns=("settings",), row="practice_id"),
    Sealed(table="carrier_account", subject="practice_id", columns=("settings",), row="practice_id"),
    Sealed(table="local_text", subject="subject_id", columns=("body",)),
    Sealed(table="local_mail", subject="subject_id", columns=("raw",)),
)

HASHED = (
    Hashed(table="patient", column="phone_hash"),
    Hashed(table="patient", column="email_hash"),
    Hashed(table="patient", column="name_hash"),
    Hashed(table="patient", column="born_hash"),
    Hashed(table="patient_name", column="prefix_hash"),
    Hashed(table="chart", column="chart_hash"),
    Hashed(table="conversation", column="address_hash"),
    Hashed(table="consent", column="address_hash"),
    Hashed(table="identity_code", column="code_hash"),
    Hashed(table="identity_try", column="about_hash"),
    Hashed(table="account", column="email_hash"),
    Hashed(table="openid_account", column="subject_hash"),
    Hashed(table="local_text", column="phone_hash"),
    Hashed(table="contact_point", column="address_hash"),
    Hashed(table="placed_call", column="address_hash"),
)

NOT_CARRIED = (
    Hashed(table="pace", column="about_hash"),  # counts of minutes, which begin anew with new keys
    Hashed(table="recovery_code", column="code_hash"),  # of a secret too long to guess, by no key
    Hashed(table="session", column="token_hash"),
    Hashed(table="chat_device", column="token_hash"),
    Hashed(table="openid_journey", column="state_hash"),
)
"""Hashes that a rotation leaves alone."""
