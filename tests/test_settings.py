"""Settings are read once; all their faults are told together."""

from pathlib import Path

import pytest

from frontdesk.settings import SettingsWrong, read_settings


def test_nothing_set_gives_a_desk_on_this_machine() -> None:
    settings = read_settings({})

    assert settings.home == Path.home() / ".frontdesk"
    assert settings.database_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://localhost:8000"


def test_every_fault_is_told_at_once_with_what_to_do(tmp_path: Path) -> None:
    env = {
        "FRONTDESK_HOME": "relative/folder",
        "FRONTDESK_PORT": "eighty",
        "FRONTDESK_DATABASE_URL": "mysql://root:hunter2@localhost/x",
        "FRONTDESK_TLS_KEY": str(tmp_path / "missing.pem"),
        "FRONTDESK_SMPT_URL": "smtp://localhost",
    }

    with pytest.raises(SettingsWrong) as told:
        read_settings(env)

    lines = str(told.value).splitlines()
    assert len(lines) == 6
    for name in env:
        assert sum(name in line for line in lines) >= 1
    assert "hunter2" not in str(told.value)


def test_a_certificate_without_its_key_is_a_fault(tmp_path: Path) -> None:
    certificate = tmp_path / "cert.pem"
    certificate.write_text("x")

    with pytest.raises(SettingsWrong, match="go together"):
        read_settings({"FRONTDESK_TLS_CERTIFICATE": str(certificate)})


def test_a_home_that_is_a_file_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")

    with pytest.raises(SettingsWrong, match="name a folder"):
        read_settings({"FRONTDESK_HOME": str(file)})


def test_mail_leaves_the_machine_only_in_private() -> None:
    with pytest.raises(SettingsWrong, match="not private"):
        read_settings({"FRONTDESK_SMTP_URL": "smtp://mail.example.com"})

    assert read_settings({"FRONTDESK_SMTP_URL": "smtp://localhost:2525"}).smtp_url == "smtp://localhost:2525"
    assert read_settings({"FRONTDESK_SMTP_URL": "smtps://u:p@mail.example.com"}).smtp_url is not None


def test_a_mailbox_is_read_privately_and_with_a_user() -> None:
    for url, told in (
        ("imap://u:p@imap.example.com", "not private"),
        ("imaps://imap.example.com", "no user"),
        ("pop3://u:hunter2@imap.example.com", "imaps://"),
    ):
        with pytest.raises(SettingsWrong, match=told) as wrong:
            read_settings({"FRONTDESK_IMAP_URL": url})
        assert "hunter2" not in str(wrong.value)

    assert read_settings({"FRONTDESK_IMAP_URL": "imap://u:p@localhost"}).imap_url == "imap://u:p@localhost"
    assert read_settings({"FRONTDESK_IMAP_URL": "imaps://u:p@imap.example.com"}).imap_url is not None
    assert read_settings({}).imap_url is None


def test_how_browsers_that_talk_reach_this_machine_is_read_whole_or_its_faults_are_told() -> None:
    set = {
        "FRONTDESK_TALK_PORTS": "50000-50100",
        "FRONTDESK_TALK_ADDRESS": "203.0.113.7",
        "FRONTDESK_TALK_STUN": "stun:stun.example.com:3478",
        "FRONTDESK_TALK_TURN": "turns:turn.example.com:443?transport=tcp",
        "FRONTDESK_TALK_TURN_SECRET": "shared",
    }
    wrong = {
        "FRONTDESK_TALK_PORTS": "50100-50000",
        "FRONTDESK_TALK_ADDRESS": "desk.example.com",
        "FRONTDESK_TALK_STUN": "https://stun.example.com",
        "FRONTDESK_TALK_TURN": "turn.example.com",
    }

    reach = read_settings(set).reach
    with pytest.raises(SettingsWrong) as told:
        read_settings(wrong)

    assert (reach.ports, reach.address, reach.turn_secret) == ((50000, 50100), "203.0.113.7", "shared")
    assert (reach.stun, reach.turn) == (set["FRONTDESK_TALK_STUN"], set["FRONTDESK_TALK_TURN"])
    lines = str(told.value).splitlines()
    assert [name for name in wrong if sum(name in line for line in lines) == 0] == []
    assert "go together" in str(told.value)
