"""The commands that start no process: where each is and what it does, in one line. Imports nothing of them."""

from __future__ import annotations

Table = dict[str, tuple[str, str]]

COMMANDS: Table = {
    "migrate": (
        "consultant.cli.migrate:migrate",
        "Make the database ready: tables, plans, starter data.",
    ),
    "doctor": ("consultant.cli.doctor:doctor", "Check settings, database, broker and mail accounts."),
    "ask": ("consultant.cli.ask:ask", "Submit a question as a member."),
    "explain": (
        "consultant.cli.explain:explain",
        "Show what would be understood and drafted; change nothing.",
    ),
    "members": ("consultant.cli.members:app", "Members, their addresses and their allowance."),
    "api-token": ("consultant.cli.api_tokens:app", "Programs that may ask the JSON API."),
    "consultants": ("consultant.cli.consultants:app", "The people who review drafts."),
    "cases": ("consultant.cli.cases:app", "Cases and what happened to them."),
    "quarantine": ("consultant.cli.quarantine:app", "Mail that was set aside for a person."),
    "replay": ("consultant.cli.replay:replay", "Take stored mail through intake again."),
    "mailbox": ("consultant.cli.mailbox:app", "The consult mailbox, and what was stored of it."),
    "reference": ("consultant.cli.reference:app", "The agencies' files in the reference store."),
    "guidelines": ("consultant.cli.guidelines:app", "The library of notes on rules, ours and your own."),
    "code": ("consultant.cli.lookups:code", "What is known of a code on a date."),
    "pair": ("consultant.cli.lookups:pair", "What stands between codes on a date."),
    "estimate": ("consultant.cli.lookups:estimate", "What Medicare would allow for a code."),
    "search": ("consultant.cli.searching:search", "Codes from plain words, as of a date."),
    "templates": ("consultant.cli.templates:app", "Templates of letters and drafts: check, preview."),
    "settings": ("consultant.cli.settings_page:settings", "Every setting, as a Markdown page."),
}
