"""Where the agencies' files are: the addresses that come with the program, which the settings may change or add to.

What the data sets mean is not known here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, model_validator

BUILT_IN = Path(__file__).with_name("reference_sources.toml")


class ReferenceSource(BaseModel):
    """A file of an agency: fetched from an address, or by a person from a page that asks to agree to a licence."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="What `consultant reference fetch` calls it.")
    datasets: list[str] = Field(min_length=1, description="The data sets in it, as `reference status` names them.")
    addresses: list[str] = Field(
        [],
        description="https addresses of the file, tried in order until one is there; `{year}`, `{yy}`, `{quarter}`, "
        "`{month}` and `{fiscal_year}` stand for the release that is due.",
    )
    hosts: list[str] = Field([], description="Further hosts that an address may send on to.")
    page: str = Field("", description="Instead of addresses: the page where a person downloads it.")
    files: str = Field("", description="Which files to take from that page.")

    @model_validator(mode="after")
    def _can_be_reached(self) -> ReferenceSource:
        if bool(self.addresses) == bool(self.page):
            raise ValueError(f"{self.name}: it has either addresses or a page")
        for address in (*self.addresses, *filter(None, [self.page])):
            if urlsplit(address).scheme != "https" or not urlsplit(address).hostname:
                raise ValueError(f"{self.name}: {address} must begin with https://")
        for text in (*self.addresses, self.files):
            try:
                text.format(year=2026, yy="26", quarter=1, month="january", fiscal_year=2026)
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"{self.name}: in {text!r} a brace stands for nothing that is known") from error
        return self


def built_in_sources() -> tuple[ReferenceSource, ...]:
    """Those of `reference_sources.toml`."""
    with BUILT_IN.open("rb") as file:
        return tuple(ReferenceSource.model_validate(each) for each in tomllib.load(file)["source"])


def sources_with(own: Iterable[ReferenceSource]) -> tuple[ReferenceSource, ...]:
    """The built-in sources, with the operator's own in the place of those of the same name, or behind them."""
    known = {each.name: each for each in built_in_sources()}
    return tuple((known | {each.name: each for each in own}).values())
