"""One visit of a page: the request, who is signed in, and the service. The handlers get this and nothing else.

A handler is a plain function in a worker thread, so it may wait for the database.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from consultant.cases.desk import UnknownCase
from consultant.mail.listening import report
from consultant.service import Service
from consultant.web.api_tokens import program_of
from consultant.web.pages import Pages
from consultant.web.rates import Rates
from consultant.web.sessions import COOKIE, SignedIn, who_is
from consultant.web.where_to import sign_in_path

MOST_FIELDS = 20
MOST_BODY = 16_384  # bytes of a program's request


class Permission(enum.Enum):
    """Who may visit a page."""

    OPEN = "open"
    CONSULTANT = "consultant"
    PROGRAM = "consultant or program"  # asked by programs, answered in JSON


@dataclass(frozen=True, slots=True)
class Visit:
    """A request on its way through a handler."""

    request: Request
    service: Service
    pages: Pages
    form: FormData
    signed_in: SignedIn | None

    @property
    def consultant(self) -> SignedIn:
        """Who is signed in; only pages with that permission ask."""
        if self.signed_in is None:
            raise HTTPException(401)
        return self.signed_in

    def written(self, field: str) -> str:
        """What was written into a field of the form; nothing when it is missing or a file."""
        value = self.form.get(field)
        return value.replace("\0", "") if isinstance(value, str) else ""

    def number(self, field: str) -> int:
        """A whole number from the form. A form of ours always has it."""
        written = self.written(field)
        if not (written.isascii() and written.isdigit() and len(written) < 10):
            raise HTTPException(400, f"The form holds no {field}: open the page again and repeat.")
        return int(written)

    def asked(self, name: str) -> str:
        """A parameter of the address, or nothing."""
        return self.request.query_params.get(name, "").replace("\0", "").strip()[:200]

    @property
    def row_id(self) -> int:
        """The number of a row in the path; one that no database can hold is not found."""
        number = int(self.request.path_params["id"])
        if number >= 2**31:
            raise HTTPException(404)
        return number

    @property
    def page_number(self) -> int:
        """Which page of a list is asked for, from 1."""
        written = self.asked("page")
        return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 7 else 1

    def show(self, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page."""
        shown = {"signed_in": self.signed_in, "path": self.request.url.path, "now": self.service.clock()}
        return HTMLResponse(self.pages.render(template, shown | facts), status)


Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Resource:
    """A row of the route table: a path, its permission, and a handler for each method that it takes."""

    path: str
    permission: Permission
    get: Handler | None = None
    post: Handler | None = None

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Handlers by method; HEAD is answered as GET is, without the body."""
        named = {"GET": self.get, "HEAD": self.get, "POST": self.post}
        return {method: handler for method, handler in named.items() if handler is not None}


def route(resource: Resource, service: Service, pages: Pages, rates: Rates) -> Route:
    """The row as a route: sign-in checked first, then the handler in a thread, its errors made pages."""
    answer = partial(_answer_program, rates=rates) if resource.permission is Permission.PROGRAM else _answer

    async def endpoint(request: Request) -> Response:
        form = FormData()
        if request.method == "POST" and resource.permission is Permission.PROGRAM:
            request.state.body = await _body(request)
        elif request.method == "POST":
            form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(answer, resource, request, form, service, pages)

    return Route(resource.path, endpoint, methods=list(resource.handlers))


async def _body(request: Request) -> bytes:
    """What a program sent, up to one byte more than is taken: the handler sees that it is too much."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            break
    return body[: MOST_BODY + 1]


def error_page(pages: Pages, status: int, title: str, what: str) -> HTMLResponse:
    """A page that says what went wrong and what to do."""
    return HTMLResponse(pages.render("error.html", {"signed_in": None, "title": title, "what": what}), status)


def see_other(path: str) -> RedirectResponse:
    """Where to look after a POST."""
    return RedirectResponse(path, 303)


def _answer(resource: Resource, request: Request, form: FormData, service: Service, pages: Pages) -> Response:
    try:
        signed_in = None
        if resource.permission is not Permission.OPEN:
            signed_in = who_is(service, request.cookies.get(COOKIE))
            if signed_in is None:
                return _send_to_sign_in(request, form, pages)
        return resource.handlers[request.method](Visit(request, service, pages, form, signed_in))
    except HTTPException:
        raise
    except UnknownCase as error:
        raise HTTPException(404) from error
    except Exception as error:  # noqa: BLE001 - reported by kind and place: its text may hold a piece of a mail
        report("review console", error)
        what = "The error is noted in the log. What you did was not carried out: go back and try again."
        return error_page(pages, 500, "Something went wrong", what)


def _answer_program(
    resource: Resource, request: Request, form: FormData, service: Service, pages: Pages, rates: Rates
) -> Response:
    """As a page, but whoever carries a token may ask, errors are JSON, and nobody may ask too often."""
    try:
        signed_in = who_is(service, request.cookies.get(COOKIE))
        who = f"consultant {signed_in.id}" if signed_in else _program(request, service)
        if who is None:
            told = {"error": "Sign in, or send a token: Authorization: Bearer …"}
            return JSONResponse(told, 401, {"WWW-Authenticate": "Bearer"})
        if not rates.allows(who, service.clock()):
            return JSONResponse({"error": "Too many requests: wait a minute."}, 429, {"Retry-After": "60"})
        return resource.handlers[request.method](Visit(request, service, pages, form, signed_in))
    except Exception as error:  # noqa: BLE001 - reported by kind and place, as for pages
        report("JSON API", error)
        return JSONResponse({"error": "Something went wrong: the log has a note of it."}, 500)


def _program(request: Request, service: Service) -> str | None:
    with service.reading() as session:
        name = program_of(session, request.headers.get("Authorization", ""))
    return None if name is None else f"program {name}"


def _send_to_sign_in(request: Request, form: FormData, pages: Pages) -> Response:
    """To the form and then back here; what was written into a form meanwhile is shown, so that it is not lost."""
    if request.method != "POST":
        return see_other(sign_in_path(request.url.path))
    written = [value for value in form.values() if isinstance(value, str) and len(value) > 20]
    page = pages.render("signed_out.html", {"signed_in": None, "written": written})
    return HTMLResponse(page, 401)
