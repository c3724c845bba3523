"""A signed plus-address says what a reply is about, and cannot be made or changed without the secret."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consultant.mail.reply_address import BounceReply, CaseReply, ConfirmReply, DraftReply, ReplyAddresses

SECRET = b"a secret of the test, long enough"
ADDRESSES = ReplyAddresses("consult@consult.example", SECRET)
_IDS = st.integers(min_value=0, max_value=10**12 - 1)
_ADDRESSES = st.one_of(_IDS.map(ADDRESSES.for_case), _IDS.map(ADDRESSES.for_bounce), _IDS.map(ADDRESSES.for_draft))


@given(_IDS)
def test_what_was_signed_is_read_again(number: int) -> None:
    assert ADDRESSES.read(ADDRESSES.for_case(number)) == CaseReply(number)
    assert ADDRESSES.read(ADDRESSES.for_draft(number)) == DraftReply(number)
    assert ADDRESSES.read(ADDRESSES.for_confirmation(number)) == ConfirmReply(number)
    assert ADDRESSES.read(ADDRESSES.for_bounce(number)) == BounceReply(number)


@given(_ADDRESSES)
def test_mail_systems_may_fold_case_and_bound_the_local_part(address: str) -> None:
    assert ADDRESSES.read(address.upper()) == ADDRESSES.read(address) is not None
    local, _, domain = address.partition("@")
    assert len(local) <= 64
    assert address == address.lower()
    assert (local.partition("+")[0], domain) == ("consult", "consult.example")


@given(_ADDRESSES, st.data())
def test_any_changed_character_makes_it_nothing(address: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(min_value=0, max_value=len(address) - 1))
    other = data.draw(st.one_of(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789+-@.\u212a"), st.characters()))
    assume(other.isascii() is False or other.lower() != address[position])
    assert ADDRESSES.read(address[:position] + other + address[position + 1 :]) is None


@given(_ADDRESSES, st.integers(min_value=0, max_value=80))
def test_a_cut_or_lengthened_address_is_nothing(address: str, length: int) -> None:
    assume(length < len(address))
    assert ADDRESSES.read(address[:length]) is None
    assert ADDRESSES.read(address[:length] + "2" + address[length:]) is None


@given(_ADDRESSES)
def test_another_secret_or_another_base_reads_nothing(address: str) -> None:
    assert ReplyAddresses("consult@consult.example", b"another secret, also long").read(address) is None
    elsewhere = ReplyAddresses("consult@other.example", SECRET)
    assert elsewhere.read(address.replace("consult.example", "other.example")) is None


@given(_IDS)
def test_one_kind_of_address_cannot_be_turned_into_another(number: int) -> None:
    for address in (ADDRESSES.for_case(number), ADDRESSES.for_draft(number), ADDRESSES.for_bounce(number)):
        for kind in "cdb":
            turned = f"consult+{kind}{address[9:]}"
            assert turned == address or ADDRESSES.read(turned) is None


@pytest.mark.parametrize(
    "address", ["", "consult@consult.example", "consult+@consult.example", "consult+c1-@consult.example", "+", "@", "x"]
)
def test_other_addresses_are_nothing(address: str) -> None:
    assert ADDRESSES.read(address) is None


def test_what_cannot_serve_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="must look like"):
        ReplyAddresses("consult", SECRET)
    with pytest.raises(ValueError, match="at most 29 characters"):
        ReplyAddresses("the-coding-consultations-desk-of-us@consult.example", SECRET)
    with pytest.raises(ValueError, match="at least 16 bytes"):
        ReplyAddresses("consult@consult.example", b"short")
    with pytest.raises(ValueError, match="between 0 and"):
        ADDRESSES.for_case(-1)


def test_the_consult_address_and_what_we_signed_are_ours() -> None:
    assert ADDRESSES.is_ours("Consult@consult.example")
    assert ADDRESSES.is_ours(ADDRESSES.for_case(7))
    assert not ADDRESSES.is_ours("consult+c7-aaaaaaaaaaaaaaaaaaaa@consult.example")
    assert not ADDRESSES.is_ours("maria@clinic.example")
