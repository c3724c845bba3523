"""`consultant settings`: the page on every setting, made from the settings' own definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings
from consultant.cli.printing import AsJson, print_json

HEAD = """\
# Settings

Made from the settings' own definitions by `consultant settings`; do not edit this page.

A value comes from the environment variable; else from the TOML file that `CONSULTANT_CONFIG` names
(`consultant.toml` in the working folder where it names none), where `imap.host` is `host` in the table `[imap]`;
else it is the default. A name in the file that is not listed here is refused.
"""

TYPES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Path: "path",
    SecretStr: "secret text",
}
BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as the page shows it. `variable` is empty for what stands inside of a list."""

    name: str
    variable: str
    type: str
    default: str
    description: str


def settings(as_json: AsJson = False) -> None:
    """Print every setting: name, environment variable, type, default and what it is for."""
    if as_json:
        print_json([asdict(row) for row in rows()])
    else:
        typer.echo(page(), nl=False)


def page() -> str:
    """The whole page in Markdown."""
    lines = ["| Setting | Environment variable | Type | Default | Meaning |", "|---|---|---|---|---|"]
    lines += [
        f"| `{row.name}` | {f'`{row.variable}`' if row.variable else ''} | {row.type} | "
        f"{f'`{row.default}`' if row.default else ''} | {row.description} |"
        for row in rows()
    ]
    return HEAD + "\n" + "\n".join(lines) + "\n"


def rows() -> list[Row]:
    """Every setting, in the order of its definition."""
    return list(_rows(Settings, "", "CONSULTANT_"))


def _rows(model: type[BaseModel], name: str, variable: str) -> Iterator[Row]:
    for field, info in model.model_fields.items():
        own_name, own_variable = f"{name}{field}", f"{variable}{field.upper()}" if variable else ""
        inner = _model_in(info.annotation)
        if inner and get_origin(info.annotation) is None:
            yield from _rows(inner, f"{own_name}.", f"{own_variable}__" if own_variable else "")
            continue
        yield Row(own_name, own_variable, _type(info), _default(info), info.description or "")
        if inner:
            yield from _rows(inner, f"{own_name}[].", "")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, itself or in a list."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def _type(info: FieldInfo) -> str:
    bounds = [
        f"{sign} {getattr(each, bound):g}"
        for each in info.metadata
        for bound, sign in BOUNDS.items()
        if hasattr(each, bound)
    ]
    return " ".join([_type_name(info.annotation), *bounds])


def _type_name(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{each}`" if each else "nothing" for each in inner)
    if origin is list:
        return f"list of {_type_name(inner[0])}s, in JSON"
    if origin in (Annotated, Union, UnionType):
        return _type_name(inner[0])
    return TYPES.get(annotation) or annotation.__name__.removesuffix("Settings").lower()


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "(required)"
    match info.default:
        case SecretStr() | None:
            return ""
        case bool():
            return str(info.default).lower()
        case list():
            return json.dumps(
                [each.model_dump() if isinstance(each, BaseModel) else str(each) for each in info.default]
            )
    return str(info.default)
