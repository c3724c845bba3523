"""The review console as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from consultant.service import Service
from consultant.web.pages import STATIC, Pages
from consultant.web.protection import SameOriginOnly, StrictHeaders
from consultant.web.rates import Rates
from consultant.web.routes import RESOURCES
from consultant.web.visits import error_page, route

LARGEST_FORM = 1024 * 1024  # bytes; a draft is a few thousand
REQUESTS_A_MINUTE = 1200  # to the JSON API, from one consultant or program

TITLES = {
    400: ("This form was not understood", "Open the page again and repeat."),
    404: ("No such page", "Nothing is found under this address. See the queue for the cases there are."),
    405: ("Not in this way", "This address does not take what was sent to it. Go back to the queue."),
}


def make_web(service: Service) -> Starlette:
    """The console over the service. Serve it with consultant.web.serving."""
    pages = Pages(service.settings.service_name)
    rates = Rates(REQUESTS_A_MINUTE)
    foreign = error_page(
        pages,
        403,
        "Sent by another site",
        "Orders are taken from the console's own pages only. Go there and repeat.",
    )

    async def show_error(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, what = TITLES.get(status, ("This did not work", "Go back to the queue and try again."))
        headers = error.headers if isinstance(error, HTTPException) else None
        detail = error.detail if status == 400 and isinstance(error, HTTPException) else what
        response = error_page(pages, status, title, detail)
        response.headers.update(headers or {})
        return response

    return Starlette(
        routes=[
            *(route(resource, service, pages, rates) for resource in RESOURCES),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(StrictHeaders),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_FORM),
            Middleware(SameOriginOnly, bytes(foreign.body).decode(), service.settings.public_url),
        ],
        exception_handlers={HTTPException: show_error},
    )
