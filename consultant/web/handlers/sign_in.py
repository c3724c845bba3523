"""Signing in by a mailed link, and out."""

from __future__ import annotations

from starlette.responses import Response

from consultant.web import sessions
from consultant.web.visits import Visit, see_other
from consultant.web.where_to import own_path, with_next


def show_form(visit: Visit) -> Response:
    """The form for an address; after it, the same words whether or not the address is known."""
    return visit.show("sign_in.html", following=own_path(visit.asked("next")), sent=visit.asked("sent") == "1")


def send_link(visit: Visit) -> Response:
    """Mail a link."""
    sessions.mail_link(visit.service, visit.written("address"), visit.written("next"))
    return see_other("/sign-in?sent=1")


def show_button(visit: Visit) -> Response:
    """A button that uses the link: mail scanners open links, but press no buttons."""
    token = visit.request.path_params["token"]
    order = with_next(f"/sign-in/{token}", visit.asked("next"))
    return visit.show("sign_in_link.html", order=order, spent=False)


def use_link(visit: Visit) -> Response:
    """Use the link up and sign in."""
    cookie = sessions.use_link(visit.service, visit.request.path_params["token"])
    if cookie is None:
        return visit.show("sign_in_link.html", 410, order="", spent=True)
    response = see_other(own_path(visit.asked("next")))
    settings = visit.service.settings
    response.set_cookie(
        sessions.COOKIE,
        cookie,
        max_age=settings.web.session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https://"),
    )
    return response


def sign_out(visit: Visit) -> Response:
    """Forget the session, here and in the browser."""
    sessions.end_session(visit.service, visit.request.cookies.get(sessions.COOKIE))
    response = see_other("/sign-in")
    response.delete_cookie(sessions.COOKIE, httponly=True, samesite="lax")
    return response
