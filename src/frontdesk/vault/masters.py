"""The master key that FRONTDESK_MASTER_KEY names: a file by default, or a key service."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from frontdesk.vault.faults import MasterKeyFault
from frontdesk.vault.google_kms import GoogleKms
from frontdesk.vault.hashicorp import HashicorpVault
from frontdesk.vault.key_services import KeyService, ServiceKey
from frontdesk.vault.master import FILE, MasterKey, Wraps


@dataclass(frozen=True, kw_only=True, slots=True)
class MasterKeyPlace:
    """Where the master key is kept: `file:`, `aws-kms:arn...`, `gcp-kms:projects/...`, `vault:https://host/transit/key`."""

    setting: str
    home: Path
    token_file: Path | None = None

    @property
    def kind(self) -> str:
        """What comes before the colon."""
        return self.setting.partition(":")[0]

    @property
    def rest(self) -> str:
        """What comes after it."""
        return self.setting.partition(":")[2]

    @property
    def file(self) -> Path:
        """The key's file, where it is one."""
        return Path(self.rest) if self.rest else self.home / FILE


def find_master(place: MasterKeyPlace) -> Wraps:
    """The master key of a desk that has data. Raises: MasterKeyFault; nothing is made in the place of a lost key."""
    return MasterKey.find(place.file) if place.kind == "file" else ServiceKey(_service(place))


def first_master(place: MasterKeyPlace) -> Wraps:
    """The master key of a desk without any data; a file is made where there is none. Raises: MasterKeyFault."""
    return MasterKey.made(place.file) if place.kind == "file" else ServiceKey(_service(place))


def _service(place: MasterKeyPlace) -> KeyService:
    if place.kind == "aws-kms":
        return _aws(place.rest)
    if place.kind == "gcp-kms":
        return GoogleKms(place.rest)
    url = urlsplit(place.rest)
    mount, _, key = url.path.strip("/").rpartition("/")
    return HashicorpVault(f"{url.scheme}://{url.netloc}", mount=mount, key=key, token_file=place.token_file)


def _aws(arn: str) -> KeyService:
    try:
        kms: KeyService = importlib.import_module("frontdesk.vault.aws_kms").AwsKms(arn)
    except ModuleNotFoundError:
        raise MasterKeyFault(
            "A master key in AWS KMS needs boto3, which is not installed. "
            "Install Frontdesk with its extra: frontdesk[aws]."
        ) from None
    return kms
