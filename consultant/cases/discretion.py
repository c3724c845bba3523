"""What of a member's mail may be stored beside its sealed bytes, and shown: by the operator's choice, masked.

Everything that shows or keeps a mail's words asks here. Masks keep length, so that every offset into a text holds.
Must not know what is read out of a mail, which is done on the words as they came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from config.settings import Settings
from consultant.mail.attachments.texts import FileText
from consultant.mail.reading import IncomingMail
from consultant.questions import find_patient_data, masked
from consultant.questions.model import Identifier, PatientDatum
from consultant.questions.passages import MOST_READ
from consultant.questions.receipt import in_editions
from consultant.questions.service_date import dates_written

_SHORTEST = 4  # characters of an identifier that is looked for elsewhere too
_MOST = 100  # of these


@dataclass(frozen=True, slots=True)
class Discretion:
    """`masks` patient data but for dates of service; `masks_days` of service, and every other day written out."""

    masks: bool = False
    masks_days: bool = False

    def texts(self, texts: Sequence[str]) -> list[str]:
        """The texts of one mail, each masked; what one of them gives away is masked in all."""
        if not (self.masks or self.masks_days):
            return list(texts)
        found = [self._found(text) for text in texts]
        values = (text[d.start : d.end] for text, data in zip(texts, found, strict=True) for d in data)
        again = _any_of(values)
        return [_masked(text, data, again) for text, data in zip(texts, found, strict=True)]

    def text(self, text: str) -> str:
        """One text."""
        return self.texts([text])[0]

    def mail(self, mail: IncomingMail) -> IncomingMail:
        """The mail with subject, words and names of files masked; its other headers are as they came."""
        if not (self.masks or self.masks_days):
            return mail
        names = [each.name for each in mail.attachments]
        subject, text, reply, folded, *names = self.texts(
            [mail.subject, mail.text, mail.reply_text, mail.folded, *names]
        )
        attachments = tuple(replace(each, name=name) for each, name in zip(mail.attachments, names, strict=True))
        return replace(mail, subject=subject, text=text, reply_text=reply, folded=folded, attachments=attachments)

    def files(self, files: Sequence[FileText]) -> list[FileText]:
        """The texts of files, and their names."""
        names, texts = self.texts([each.name for each in files]), self.texts([each.text for each in files])
        return [replace(each, name=name, text=text) for each, name, text in zip(files, names, texts, strict=True)]

    def lines(self, understood: Sequence[str]) -> tuple[str, ...]:
        """What was understood, which may name files, with the date of service as an edition."""
        dated = in_editions(understood) if self.masks_days else understood
        return tuple(replace(self, masks_days=False).texts(dated))

    def _found(self, text: str) -> list[PatientDatum]:
        """In order, none over another."""
        found = [each for each in _in_pieces(text) if self._covers(each.kind)]
        if self.masks_days:
            found += (PatientDatum(Identifier.SERVICE_DATE, *span) for span in dates_written(text))
        apart: list[PatientDatum] = []
        for each in sorted(found, key=lambda datum: (datum.start, -datum.end)):
            if not apart or each.start >= apart[-1].end:
                apart.append(each)
        return apart

    def _covers(self, kind: Identifier) -> bool:
        return self.masks_days if kind is Identifier.SERVICE_DATE else self.masks


def discretion_of(settings: Settings) -> Discretion:
    """By the operator's choice."""
    return Discretion(settings.patient_data == "mask", settings.service_dates == "edition")


def _in_pieces(text: str) -> Iterator[PatientDatum]:
    """As `find_patient_data`, of a text of any length: what is shown is masked to its end."""
    start = 0
    while start < len(text):
        end = len(text)
        if end - start > MOST_READ:
            end = text.rfind("\n", start, start + MOST_READ) + 1 or start + MOST_READ
        for each in find_patient_data(text[start:end]):
            yield replace(each, start=each.start + start, end=each.end + start)
        start = end


def _any_of(values: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({value for value in values if len(value) >= _SHORTEST}, key=len, reverse=True)[:_MOST]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)", re.IGNORECASE) if wanted else None


def _masked(text: str, found: Iterable[PatientDatum], again: re.Pattern[str] | None) -> str:
    once = masked(text, found)
    if again is None:
        return once
    return masked(once, [PatientDatum(Identifier.OTHER, *match.span()) for match in again.finditer(once)])
