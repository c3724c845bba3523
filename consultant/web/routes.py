"""Every page of the console, in one literal table: its path, who may see it, and what answers."""

from __future__ import annotations

from consultant.web.handlers import api, cases, decisions, health, letters, mail, members, sign_in
from consultant.web.visits import Permission, Resource

OPEN, CONSULTANT, PROGRAM = Permission.OPEN, Permission.CONSULTANT, Permission.PROGRAM

RESOURCES = (
    Resource("/health", OPEN, get=health.show),
    Resource("/sign-in", OPEN, get=sign_in.show_form, post=sign_in.send_link),
    Resource("/sign-in/{token}", OPEN, get=sign_in.show_button, post=sign_in.use_link),
    Resource("/sign-out", CONSULTANT, post=sign_in.sign_out),
    Resource("/", CONSULTANT, get=cases.show_queue),
    Resource("/cases/{reference}", CONSULTANT, get=cases.show_case),
    Resource("/cases/{reference}/drafts", CONSULTANT, post=decisions.save),
    Resource("/cases/{reference}/approval", CONSULTANT, post=decisions.approve),
    Resource("/cases/{reference}/declination", CONSULTANT, post=decisions.decline),
    Resource("/cases/{reference}/question", CONSULTANT, post=decisions.ask),
    Resource("/cases/{reference}/hold", CONSULTANT, post=decisions.hold),
    Resource("/cases/{reference}/resumption", CONSULTANT, post=decisions.resume),
    Resource("/mail", CONSULTANT, get=mail.show_list),
    Resource("/mail/{id:int}", CONSULTANT, get=mail.show_mail),
    Resource("/mail/{id:int}/raw", CONSULTANT, get=mail.download),
    Resource("/mail/{id:int}/retry", CONSULTANT, post=mail.retry),
    Resource("/mail/{id:int}/accept", CONSULTANT, post=mail.accept),
    Resource("/mail/{id:int}/confirmation", CONSULTANT, post=mail.ask_sender),
    Resource("/mail/{id:int}/discard", CONSULTANT, post=mail.discard),
    Resource("/letters", CONSULTANT, get=letters.show_list),
    Resource("/letters/samples", CONSULTANT, get=letters.show_samples),
    Resource("/letters/{id:int}", CONSULTANT, get=letters.show_letter),
    Resource("/letters/{id:int}/delivered", CONSULTANT, post=letters.delivered),
    Resource("/letters/{id:int}/not-delivered", CONSULTANT, post=letters.not_delivered),
    Resource("/letters/{id:int}/again", CONSULTANT, post=letters.again),
    Resource("/api/code/{code}", PROGRAM, get=api.code),
    Resource("/api/pair", PROGRAM, get=api.pair),
    Resource("/api/estimate", PROGRAM, get=api.estimate),
    Resource("/api/search", PROGRAM, post=api.search),
    Resource("/members", CONSULTANT, get=members.show_list),
    Resource("/members/{id:int}", CONSULTANT, get=members.show_member),
)
