"""The settings, read once, and the database that they name. Must not import the service: look-ups start from here."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from config.settings import Settings
from consultant.cli.errors import NotReady
from consultant.cli.trial import is_trial, trial_trust
from consultant.db.engine import open_engine


def load_settings() -> Settings:
    """The settings in force. Raises NotReady with one line for each that is wrong; values are never shown."""
    _require_known(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        raise NotReady(*(_wrong_setting(each["loc"], each["msg"]) for each in error.errors())) from error
    except (SettingsError, tomllib.TOMLDecodeError, OSError) as error:
        raise NotReady(f"the settings cannot be read: {error}: see `consultant settings`") from error
    return settings.model_copy(update={"trust": trial_trust(settings)}) if is_trial(settings) else settings


def load_engine(settings: Settings) -> Engine:
    """The database of the settings. Raises NotReady when its URL is wrong or there is none yet."""
    if not database_exists(settings):
        raise NotReady("there is no database yet: run `consultant migrate`")
    return any_engine(settings)


def any_engine(settings: Settings) -> Engine:
    """The database of the settings, there or not. Raises NotReady when its URL cannot be used."""
    try:
        return open_engine(settings.database)
    except (ArgumentError, ImportError) as error:
        raise NotReady(
            f"CONSULTANT_DATABASE_URL cannot be used ({error}): give a sqlite:/// or postgresql+psycopg:// URL; "
            "PostgreSQL needs the extra `postgres` installed"
        ) from error


def database_exists(settings: Settings) -> bool:
    """Whether the SQLite file is there; a database server is always taken to be."""
    try:
        url = make_url(settings.database)
    except ArgumentError:
        return True  # opening it will say what is wrong
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return True
    return Path(str(url.database)).exists()


def shown_database(settings: Settings) -> str:
    """The database URL without its password."""
    return make_url(settings.database).render_as_string(hide_password=True)


def unusable_folder(settings: Settings, error: OSError) -> str:
    """What to say when the state folder cannot be used."""
    return (
        f"the state folder {settings.state_dir} cannot be used ({error.strerror or error}): "
        "make it writable, or set CONSULTANT_STATE_DIR to another folder"
    )


def _require_known(environment: Mapping[str, str]) -> None:
    """Raises NotReady for a variable that looks like a setting and is none: a slip would otherwise go unnoticed."""
    known = {f"CONSULTANT_{name.upper()}" for name in Settings.model_fields} | {"CONSULTANT_CONFIG"}
    names = [name for name in environment if name.startswith("CONSULTANT_") and name.split("__")[0] not in known]
    if names:
        raise NotReady(*(f"{name} is no setting: see `consultant settings`" for name in sorted(names)))


def _wrong_setting(place: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(each) for each in place)
    variable = "CONSULTANT_" + "__".join(str(each) for each in place).upper()
    return f"setting {name} ({variable}): {message}: see `consultant settings`"
