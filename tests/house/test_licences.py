"""What is shipped may be used by anybody for anything: permissive licences, by each package's own word."""

import re
from email.message import Message
from importlib.metadata import metadata
from typing import cast

from tests.house.locks import locked

PERMISSIVE = {
    "0BSD",
    "Apache",
    "Apache-2.0",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}

# What packages write where they use no SPDX identifier.
SAME_AS = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache",
    "BSD License": "BSD",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
    "The MIT License (MIT)": "MIT",
}

# Packages whose metadata says nothing, with what their licence file says.
FROM_THE_FILE = {"imapclient": "BSD-3-Clause"}

EXCEPTIONS = {"certifi": ("MPL-2.0", "a list of certificates, shipped unchanged; its terms cover that file alone")}


def test_everything_shipped_is_permissively_licensed() -> None:
    statements = {each.name: stated_licences(each.name) for each in locked("requirements.lock") if each.needed_here}
    for name, licences in statements.items():
        print(f"{name}: {', '.join(sorted(licences)) or 'states none'}")
    assert {name: licences for name, licences in statements.items() if not acceptable(name, licences)} == {}


def test_the_database_driver_under_the_lgpl_is_an_extra() -> None:
    assert not [each.name for each in locked("requirements.lock") if each.name.startswith("psycopg")]
    assert [each.name for each in locked("requirements-postgres.lock") if each.name.startswith("psycopg")]


def test_no_exception_outlives_its_need() -> None:
    shipped = {each.name for each in locked("requirements.lock")}
    assert {*EXCEPTIONS, *FROM_THE_FILE} <= shipped


def test_a_copyleft_licence_would_be_noticed() -> None:
    assert not acceptable("some-package", {"GPL-3.0-only"})
    assert not acceptable("some-package", {"MPL-2.0"})
    assert not acceptable("some-package", set())


def acceptable(name: str, licences: set[str]) -> bool:
    allowed = PERMISSIVE | {EXCEPTIONS[name][0]} if name in EXCEPTIONS else PERMISSIVE
    return bool(licences) and licences <= allowed


def stated_licences(name: str) -> set[str]:
    """Every licence that the package names: in its SPDX expression, else its classifiers, else its field."""
    stated = cast(Message, metadata(name))
    if expression := stated.get("License-Expression"):
        return set(re.split(r"\s+(?:AND|OR)\s+", re.sub(r"[()]", "", expression)))
    prefix = "License :: "
    classified = [line for line in stated.get_all("Classifier", []) if line.startswith(prefix)]
    named = {line.split(" :: ")[-1] for line in classified} - {"OSI Approved"}
    named = named or {line.strip("# ") for line in (stated.get("License") or "").splitlines()[:1]}
    named = named or ({FROM_THE_FILE[name]} if name in FROM_THE_FILE else set())
    return {SAME_AS.get(licence, licence) for licence in named}
