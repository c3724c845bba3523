"""Every setting, with its type, default and one sentence. docs/settings.md is made from this module.

Values come from the environment (`CONSULTANT_…`, nested with `__`), then from the TOML file that
`CONSULTANT_CONFIG` names (default `consultant.toml` in the working folder), then from the defaults here.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, FilePath, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.reference_sources import ReferenceSource

SHORTEST_KEY = 16
TRIAL_AUTHSERV_ID = "trial.consultant.invalid"  # our trial mail server; no other can have that name (RFC 6761)
Tls = Literal["none", "starttls", "tls"]
Auth = Literal["password", "xoauth2", "oauthbearer"]
CA_FILE = "Certificates (PEM) to trust instead of the machine's, for a server with a private CA."
ALLOW_CLEARTEXT = (
    "Let `tls` be `none` towards another machine too: password and mail can be read on the way. "
    "For a network that is yours alone."
)


def _forbid_cleartext(host: str, tls: Tls, allowed: bool) -> None:
    if tls == "none" and host and not allowed and not _is_here(host):
        raise ValueError(
            f"tls is none, so that password and mail could be read on the way to {host}: "
            "set tls to tls or starttls; in a network that is yours alone set allow_cleartext"
        )


def _is_here(host: str) -> bool:
    """Whether the host is this machine, whatever a name server says."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class OAuthSettings(BaseModel):
    """Access tokens in place of a password (RFC 6749): who issues them, and to which client of theirs."""

    provider: Literal["", "google", "microsoft"] = Field(
        "", description="Whose addresses and scopes are meant. Empty: those given here."
    )
    tenant: str = Field(
        "organizations", pattern=r"^[A-Za-z0-9.-]+$", description="Directory (tenant) at Microsoft: its id or domain."
    )
    client_id: str = Field("", description="Our client's id, as registered with the issuer.")
    client_secret: SecretStr = Field(SecretStr(""), description="Its secret, where it was given one.")
    token_url: str = Field("", description="Token endpoint; https, as all three, except on this machine.")
    device_url: str = Field("", description="Device authorization endpoint (RFC 8628).")
    authorize_url: str = Field(
        "", description="Authorization endpoint, for issuers that do not let devices read mail, as Google."
    )
    scopes: str = Field("", description="What is asked for, separated by blanks; `offline_access` where it needs that.")
    ca_file: FilePath | None = Field(
        None, description="Certificates (PEM) to trust for the issuer instead of the machine's."
    )

    @field_validator("token_url", "device_url", "authorize_url")
    @classmethod
    def _encrypted(cls, url: str) -> str:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
        if url and not (scheme == "https" and host) and not (scheme == "http" and _is_here(host)):
            raise ValueError("it must begin with https://")
        return url

    def missing(self) -> list[str]:
        """What else must be set before tokens can be had."""
        given = {"client_id": self.client_id}
        if not self.provider:
            given |= {"token_url": self.token_url, "device_url or authorize_url": self.device_url or self.authorize_url}
        return [f"oauth.{name}" for name, value in given.items() if not value]


class ImapSettings(BaseModel):
    """The consult mailbox, where questions arrive."""

    host: str = Field("", description="IMAP server. Empty: no mailbox is polled.")
    port: int = Field(993, ge=0, le=65535, description="Its port.")
    username: str = Field("", description="Account of the consult mailbox.")
    auth: Auth = Field(
        "password",
        description="How to sign in: with the password, or with a token that `consultant mailbox connect` gets.",
    )
    password: SecretStr = Field(SecretStr(""), description="Its password.")
    oauth: OAuthSettings = Field(OAuthSettings(), description="Who issues the access token.")
    tls: Tls = Field("tls", description="`tls`, `starttls` (never downgraded) or `none` (loopback only).")
    ca_file: FilePath | None = Field(None, description=CA_FILE)
    allow_cleartext: bool = Field(False, description=ALLOW_CLEARTEXT)
    folders: list[str] = Field(
        ["INBOX"],
        min_length=1,
        description='Folders in which mail arrives; `["INBOX", "Junk"]` reads what was taken '
        "for spam too. New mail in the first is heard of at once, in the others at the next look.",
    )
    processed: str = Field(
        "Processed", description="Folder to which a mail is moved once it is stored. Empty: mail stays where it is."
    )
    poll_seconds: float = Field(
        60, gt=0, le=3600, description="A look at the mailbox at least this often, IDLE or not."
    )

    @property
    def account(self) -> str:
        """The name that the mailbox goes by in the database and in messages."""
        return self.username if "@" in self.username else f"{self.username}@{self.host}"

    @model_validator(mode="after")
    def _can_be_used(self) -> ImapSettings:
        _forbid_cleartext(self.host, self.tls, self.allow_cleartext)
        if self.auth != "password" and (missing := self.oauth.missing()):
            raise ValueError(f"auth is {self.auth}, which needs {' and '.join(missing)}")
        if len(set(self.folders)) < len(self.folders) or self.processed in self.folders:
            raise ValueError("each folder is named once, and `processed` is none of the `folders`")
        return self


class TrustSettings(BaseModel):
    """Who is believed about who wrote a mail (RFC 8601): `From` alone is a claim."""

    authserv_ids: list[str] = Field(
        [],
        description="Names under which your own mail servers write Authentication-Results. Empty: nothing is proven.",
    )
    own_received: int = Field(
        0, ge=0, le=20, description="Received fields that your own servers write above their Authentication-Results."
    )
    arc_sealers: list[str] = Field(
        [], description="Domains of forwarders whose word is taken for what they saw (ARC, RFC 8617)."
    )
    unproven_senders: Literal["", "hold", "take"] = Field(
        "",
        description="What becomes of mail whose sender nothing proves: `hold` it for a person, or `take` it at its "
        "word. Empty: it is held, but taken by the trial mail server of `consultant run`.",
    )
    max_hops: int = Field(
        50, gt=0, le=1000, description="Received fields that a mail may have; with more it is taken for a loop."
    )


class RateSettings(BaseModel):
    """How many questions an hour are taken in; what comes above that waits its turn. 0: as many as come."""

    per_sender: int = Field(30, ge=0, description="Of one address.")
    per_domain: int = Field(300, ge=0, description="Of one domain: mind those that many members share.")
    in_all: int = Field(3_000, ge=0, description="Of all senders together.")


class SmtpSettings(BaseModel):
    """The server that our letters leave by."""

    host: str = Field("", description="SMTP server (submission). Needed wherever letters are sent.")
    port: int = Field(587, ge=0, le=65535, description="Its port.")
    username: str = Field("", description="Account, where the server wants one.")
    auth: Auth = Field(
        "password",
        description="How to sign in: with the password, or with the access token of the mailbox of the same username.",
    )
    password: SecretStr = Field(SecretStr(""), description="Its password.")
    tls: Tls = Field("starttls", description="`tls`, `starttls` (never downgraded) or `none` (loopback only).")
    ca_file: FilePath | None = Field(None, description=CA_FILE)
    allow_cleartext: bool = Field(False, description=ALLOW_CLEARTEXT)
    timeout_seconds: float = Field(60, gt=0, le=300, description="How long to wait for each reply of the server.")
    keep_copy: bool = Field(
        True,
        description="Send a copy of each answer to the consult mailbox: its arrival is the evidence that settles "
        "a delivery whose outcome is unknown.",
    )

    @model_validator(mode="after")
    def _can_be_used(self) -> SmtpSettings:
        _forbid_cleartext(self.host, self.tls, self.allow_cleartext)
        return self


class DoorSettings(BaseModel):
    """The second way in: an SMTP or LMTP server of ours that your MTA hands mail to."""

    enabled: bool = Field(False, description="Open the door.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(2524, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    lmtp: bool = Field(False, description="Speak LMTP instead of SMTP.")


class WebSettings(BaseModel):
    """The review console."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8025, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field(
        "", description="Where consultants reach the console. Empty: http:// with the address above."
    )
    session_hours: int = Field(12, gt=0, le=720, description="How long a sign-in lasts.")
    sign_in_minutes: int = Field(20, gt=0, le=1440, description="How long a mailed sign-in link is good for.")


class EmbeddedSettings(BaseModel):
    """The mail server inside `consultant run`, for trying things out on one machine."""

    enabled: bool = Field(
        True, description="Run it with its sample accounts. `false`: use the servers in `imap` and `smtp`."
    )
    host: str = Field("127.0.0.1", description="Address to listen on; anything but loopback is refused.")
    smtp_port: int = Field(2525, ge=0, le=65535, description="SMTP port; 0 takes a free one.")
    imap_port: int = Field(2143, ge=0, le=65535, description="IMAP port; 0 takes a free one.")


class ReferenceSettings(BaseModel):
    """Fetching the agencies' files: `consultant reference fetch`."""

    sources: list[ReferenceSource] = Field(
        [],
        description="Addresses of your own: each takes the place of the one of the same name in "
        "`config/reference_sources.toml`, or is added.",
    )
    ca_file: FilePath | None = Field(None, description=CA_FILE)
    max_bytes: int = Field(2 << 30, gt=0, description="Largest file that is fetched.")
    max_seconds: float = Field(
        3600, gt=0, description="Longest that one file is waited for; what is there by then is kept and gone on with."
    )


class PlanSettings(BaseModel):
    """A plan that members can be on; `consultant migrate` and `run` bring the stored plans to these values."""

    name: str = Field(description="Its name.")
    consults: int = Field(ge=0, le=100_000, description="Consults granted each period.")
    period_days: int = Field(gt=0, le=36_500, description="Length of a period in days; what is left then expires.")
    answer_hours: int = Field(gt=0, le=8_760, description="Hours until an answer is due.")


class Settings(BaseSettings):
    """All settings of the service."""

    model_config = SettingsConfigDict(
        env_prefix="CONSULTANT_",
        env_nested_delimiter="__",
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    state_dir: Path = Field(Path("var"), description="Folder of all state: database, maildirs, keys.")
    database_url: str = Field("", description="SQLAlchemy URL of the database. Empty: SQLite in the state folder.")
    broker_url: str = Field(
        "memory://localhost/",
        pattern=r"^(memory|redis|rediss|sentinel)://",
        description="Celery broker. `memory://localhost/` is for `consultant run` alone.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Signs reply addresses; the same on every machine. Empty: one is made in the state folder.",
    )
    service_name: str = Field(
        "Consult Desk", pattern=r"^[^\x00-\x1f\x7f]+$", description="Name that letters are signed with."
    )
    consult_address: str = Field("consult@consult.example", description="Address that members write to.")
    contact: str = Field("", description="Whom members ask about their plan. Empty: the consult address.")
    operator_address: str = Field(
        "", description="Who is told, by one mail each, of mail that was set aside. Empty: it is only logged and shown."
    )
    follow_up_days: int = Field(
        30, ge=0, le=3650, description="Days after an answer in which a reply joins the same case, free of charge."
    )
    accept_guests: bool = Field(True, description="Take questions of unknown senders, on the guest plan.")
    guest_plan: str = Field("guest", description="Plan of unknown senders.")
    member_plan: str = Field("standard", description="Plan of new members, unless another is named.")
    plans: list[PlanSettings] = Field(
        [
            PlanSettings(name="guest", consults=1, period_days=3650, answer_hours=72),
            PlanSettings(name="standard", consults=10, period_days=30, answer_hours=24),
        ],
        description="The plans.",
    )
    max_message_bytes: int = Field(
        25 * 1024 * 1024,
        gt=0,
        description="Largest mail that is worked on; a larger one is kept for a person.",
    )
    max_attempts: int = Field(3, gt=0, description="Tries to take a mail in before it is quarantined.")
    patient_data: Literal["keep", "mask", "hold"] = Field(
        "keep",
        description="What becomes of patient data in a mail (45 CFR 164.514(b)(2)): `keep` it, `mask` it in everything "
        "that is shown or stored but the sealed mail, or `hold` the case and ask the member to write without it.",
    )
    service_dates: Literal["day", "edition"] = Field(
        "day",
        description="How dates of service are kept: to the `day`, or only as the quarter's code-set `edition`.",
    )
    trust: TrustSettings = Field(TrustSettings(), description="Who is believed.")
    rates: RateSettings = Field(RateSettings(), description="Questions an hour.")
    sweep_seconds: float = Field(
        15, gt=0, le=600, description="How often the sweep looks for work that nobody was woken for."
    )
    template_folders: list[Path] = Field([], description="Folders of your own mail templates, looked in first.")
    guideline_folders: list[Path] = Field(
        [], description="Folders of your own guideline notes. Where several have a note of one name the last one wins."
    )
    log_format: Literal["console", "json"] = Field("console", description="How log lines are written.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged.")
    imap: ImapSettings = Field(ImapSettings(), description="The consult mailbox.")
    more_imap: list[ImapSettings] = Field(
        [], description="Further mailboxes that questions arrive in, each watched by itself (the settings of `imap`)."
    )
    smtp: SmtpSettings = Field(SmtpSettings(), description="The way out.")
    door: DoorSettings = Field(DoorSettings(), description="The second way in.")
    web: WebSettings = Field(WebSettings(), description="The console.")
    embedded: EmbeddedSettings = Field(EmbeddedSettings(), description="The trial mail server.")
    reference: ReferenceSettings = Field(ReferenceSettings(), description="Fetching the agencies' files.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults."""
        path = Path(os.environ.get("CONSULTANT_CONFIG", "consultant.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"it must have at least {SHORTEST_KEY} characters")
        return key

    @model_validator(mode="after")
    def _plans_exist(self) -> Settings:
        known = {plan.name for plan in self.plans}
        for name in (self.guest_plan, self.member_plan):
            if name not in known:
                raise ValueError(f"there is no plan {name!r} among the plans {sorted(known)}")
        return self

    @model_validator(mode="after")
    def _operator_is_another(self) -> Settings:
        if self.operator_address and self.operator_address.lower() == self.consult_address.lower():
            raise ValueError("operator_address must not be the consult address: an alarm about mail would become mail")
        return self

    @model_validator(mode="after")
    def _mailboxes_differ(self) -> Settings:
        accounts = [each.account for each in self.mailboxes]
        if len(set(accounts)) < len(accounts):
            raise ValueError("two mailboxes have the same username: name each once")
        return self

    @model_validator(mode="after")
    def _token_for_the_way_out(self) -> Settings:
        if self.smtp.auth != "password" and self.mailbox_of_way_out is None:
            raise ValueError(
                f"smtp.auth is {self.smtp.auth}, which takes the token of a mailbox: give smtp.username the name of "
                "one that has imap.auth and imap.oauth"
            )
        return self

    @property
    def mailboxes(self) -> tuple[ImapSettings, ...]:
        """Every mailbox that is watched."""
        return tuple(each for each in (self.imap, *self.more_imap) if each.host)

    @property
    def mailbox_of_way_out(self) -> ImapSettings | None:
        """The mailbox whose token the way out is signed in to with."""
        named = (each for each in (self.imap, *self.more_imap) if each.username == self.smtp.username)
        return next((each for each in named if each.auth != "password"), None)

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.state_dir / 'consultant.db'}"

    @property
    def contact_address(self) -> str:
        """Whom members ask about their plan."""
        return self.contact or self.consult_address

    @property
    def public_url(self) -> str:
        """Where consultants reach the console, without a slash at the end."""
        return (self.web.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")
