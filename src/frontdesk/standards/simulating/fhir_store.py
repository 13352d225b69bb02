"""The resources of a simulated FHIR server: each with its versions, and with what it was at any moment before."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from frontdesk.standards.simulating.fhir_values import Resource, as_instant, element_at, identity, instant_of, text_at
from frontdesk.standards.simulating.waiting import Clock

Versions = Callable[[Resource, int], str]
"""Names a version: takes the resource and how many it had before, gives its `meta.versionId`."""

GONE = "removed from the store"
"""Marks the last version of a resource that was taken out; no element of FHIR has such a name."""


def counted(resource: Resource, before: int) -> str:
    """Versions 0, 1, 2."""
    return str(before)


class Store:
    """Resources by type and id. Each change makes a version with `meta.versionId` and `meta.lastUpdated`.

    `keep` names a file that outlives the process; where it exists, its versions are taken instead of `seeds`. A seed
    is as old as its `meta.lastUpdated`, or as the store where it has none.
    """

    def __init__(
        self,
        seeds: Iterable[Resource],
        *,
        clock: Clock,
        versions: Versions = counted,
        first_id: int = 1,
        keep: Path | None = None,
    ) -> None:
        self._clock = clock
        self._versions = versions
        self._keep = keep
        self._made: dict[str, dict[str, list[Resource]]] = {}
        self._stands: dict[str, dict[str, Resource]] = {}
        self._next_id = first_id
        if keep is not None and keep.exists():
            self._restore(keep)
        else:
            for seed in seeds:
                self._add(seed, None)

    def new_id(self) -> str:
        """An id that nothing has yet, not even of another type."""
        while True:
            fresh = str(self._next_id)
            self._next_id += 1
            if not any(fresh in made for made in self._made.values()):
                return fresh

    def get(self, kind: str, id: str, *, at: datetime | None = None) -> Resource | None:
        """A resource as it is, or was at an instant; None where there is none."""
        if at is None:
            return self._stands.get(kind, {}).get(id)
        return _standing(self._made.get(kind, {}).get(id, []), at)

    def all(self, kind: str, *, at: datetime | None = None) -> list[Resource]:
        """Every resource of a type, in the order they came."""
        if at is None:
            return list(self._stands.get(kind, {}).values())
        found = (_standing(versions, at) for versions in self._made.get(kind, {}).values())
        return [one for one in found if one is not None]

    def everything(self) -> list[Resource]:
        """Every resource as it is, type by type."""
        return [one for kind in self._made for one in self.all(kind)]

    def put(self, resource: Resource) -> Resource:
        """The resource as a new version, in place of the one with its id. Raises: ValueError without type or id."""
        return self._add(resource, as_instant(self._clock()))

    def create(self, resource: Resource) -> Resource:
        """The resource under an id of the server's own."""
        return self.put({**resource, "id": self.new_id()})

    def change(self, resource: Resource, changes: Resource) -> Resource:
        """A new version with these elements changed; one that becomes None is taken out."""
        merged = {**resource, **changes}
        return self.put({name: value for name, value in merged.items() if value is not None})

    def remove(self, kind: str, id: str) -> None:
        """Take a resource out; what it was before can still be read as of then. Nothing where there is none."""
        versions = self._made.get(kind, {}).get(id)
        if versions:
            versions.append({**versions[-1], "meta": {"lastUpdated": as_instant(self._clock())}, GONE: True})
            self._stands[kind].pop(id, None)

    def write(self) -> None:
        """Put all in the store's file, whole or not at all; nothing where it keeps none."""
        if self._keep is None:
            return
        kept = [version for made in self._made.values() for versions in made.values() for version in versions]
        beside = self._keep.with_suffix(".new")
        beside.write_text(json.dumps({"next": self._next_id, "versions": kept}), encoding="utf-8")
        os.replace(beside, self._keep)

    def _add(self, resource: Resource, stamp: str | None) -> Resource:
        """A version as of `stamp`; None leaves the time that the resource carries, and is now where it carries none."""
        kind, id = identity(resource)
        if not kind or not id:
            raise ValueError("a resource to keep needs a resourceType and an id")
        versions = self._made.setdefault(kind, {}).setdefault(id, [])
        meta = {**element_at(resource, "meta")}
        meta["versionId"] = self._versions(resource, len(versions))
        meta["lastUpdated"] = stamp or meta.get("lastUpdated") or as_instant(self._clock())
        made = {**resource, "meta": meta}
        versions.append(made)
        self._stands.setdefault(kind, {})[id] = made
        return made

    def _restore(self, keep: Path) -> None:
        kept: Mapping[str, object] = json.loads(keep.read_text(encoding="utf-8"))
        next_id, versions = kept["next"], kept["versions"]
        if not isinstance(next_id, int) or not isinstance(versions, list):
            raise TypeError(f"{keep} was not written by a simulated FHIR server; remove it, or name another file")
        self._next_id = next_id
        for version in versions:
            kind, id = identity(version)
            self._made.setdefault(kind, {}).setdefault(id, []).append(version)
        for kind, made in self._made.items():
            last = ((id, _standing(versions, None)) for id, versions in made.items())
            self._stands[kind] = {id: one for id, one in last if one is not None}


def version_of(resource: Resource) -> str:
    """Its `meta.versionId`."""
    return text_at(resource, "meta", "versionId")


def etag(resource: Resource) -> str:
    """Its version as ETag and If-Match carry it."""
    return f'W/"{version_of(resource)}"'


def matches(header: str, resource: Resource) -> bool:
    """Whether an If-Match header names the version that stands."""
    return header == etag(resource)


def _standing(versions: list[Resource], at: datetime | None) -> Resource | None:
    """What stands of a resource's versions; `Store` keeps that of the present, which is asked for most, beside them."""
    if at is not None:
        versions = [one for one in versions if instant_of(text_at(one, "meta", "lastUpdated")) <= at]
    return versions[-1] if versions and GONE not in versions[-1] else None
