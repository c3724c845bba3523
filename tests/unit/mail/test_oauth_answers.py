"""Whatever an issuer answers, it is tokens that can be used or one of our errors."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from consultant.mail.oauth.errors import OAuthTrouble
from consultant.mail.oauth.issuer import DeviceCode, Grant, _device_code, _grant, _told_apart

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2)
)
TOKENS = st.fixed_dictionaries(
    {"token_type": st.sampled_from(["Bearer", "bearer"]) | VALUES},
    optional={"access_token": st.just("a") | VALUES, "refresh_token": VALUES, "expires_in": VALUES},
)
CODES = st.fixed_dictionaries(
    {"device_code": st.just("d") | VALUES},
    optional={
        "user_code": st.just("u") | VALUES,
        "verification_uri": st.just("https://issuer.example") | VALUES,
        "verification_url": VALUES,
        "verification_uri_complete": VALUES,
        "expires_in": st.just(900) | VALUES,
        "interval": VALUES,
    },
)


@given(TOKENS)
def test_an_answer_with_tokens(answer: dict[str, object]) -> None:
    grant: Grant | None = None
    try:
        with _told_apart():
            grant = _grant(answer, "used")
    except OAuthTrouble:
        return
    assert grant
    assert grant.access_token
    assert grant.refresh_token != "used"
    assert timedelta() < grant.lifetime


@given(CODES)
def test_an_answer_with_a_device_code(answer: dict[str, object]) -> None:
    code: DeviceCode | None = None
    try:
        with _told_apart():
            code = _device_code(answer)
    except OAuthTrouble:
        return
    assert code
    assert code.user_code.isprintable()
    assert code.verification_uri.isprintable()
    assert code.interval > 0
    assert code.expires_in > 0
