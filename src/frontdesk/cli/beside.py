"""A command beside a demo that runs on the same data folder: its links lead to the demo's pages, on whatever port."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from frontdesk.settings import Settings, read_settings

_FILE = "demo-address"
_SAID_OTHERWISE = ("FRONTDESK_PORT", "FRONTDESK_PUBLIC_URL")


@contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """While the block runs, commands on the same data folder know where its pages are."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = settings.home / _FILE
    file.write_text(settings.public_url, "utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def settings_beside(env: Mapping[str, str]) -> Settings:
    """The settings, with the address of the demo that runs on this data folder where they name none.

    Raises: SettingsWrong.
    """
    settings = read_settings(env)
    if any(env.get(name) for name in _SAID_OTHERWISE):
        return settings
    try:
        return replace(settings, public_url=(settings.home / _FILE).read_text("utf-8"))
    except FileNotFoundError:
        return settings
