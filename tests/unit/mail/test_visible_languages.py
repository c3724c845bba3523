"""Replies are folded in the languages and by the programs that people use."""

import pytest

from consultant.mail.visible import visible_reply

NEW = "Yes, both were on the same day.\n\nMay we bill 96413 too?"

ABOVE_QUOTES = {
    "a name first": "Ana Coder <a@x.example> schrieb am So., 23.\nJuni 2024, 21:08:",
    "a list's name": "coder via Desk Forum <info@x.example> schrieb:",
    "a telephone": "Sent from Galaxy Ana <a@x.example> wrote:",
    "an old program": "2011/4/7 Ana Coder <a@x.example>",
    "wrapped in an address": "2014-10-17 11:28 GMT+03:00 Desk <\ndesk@x.example>:",
    "indented": ' On Mar 8, 2012 9:59 AM, "x.example" <\nr+7f1b094ceb90e18c@x.example> wrote:',
    "an address that never closes": "On Mon, Feb 1, 2016 at 7:50 AM, Ana <a@x.example wrote:",
    "horde": "Quoting Desk <desk@x.example>:",
    "proton": "------- Original Message -------\nOn Monday, June 2nd, 2025 at 9:13 AM, Desk <d@x.example> wrote:",
    "turkish": "Desk <d@x.example>, 2 Haz 2025 Pzt, 09:13 tarihinde şunu yazdı:",
    "hungarian": "Desk <d@x.example> ezt írta (időpont: 2025. jún. 2., H, 9:13):",
    "chinese": "Desk <d@x.example> 于2025年6月2日周一 09:13写道：",
    "chinese, apple": "在 2025年6月2日，09:13，Desk <d@x.example> 写道：",
    "japanese": "2025年6月2日(月) 9:13 Desk <d@x.example>:",
    "korean": "2025년 6월 2일 (월) 오전 9:13, Desk <d@x.example>님이 작성:",
    "hebrew": "בתאריך יום ב׳, 2 ביוני 2025 ב-9:13 מאת Desk <d@x.example>:",
    "vietnamese": "Vào Th 2, 2 thg 6, 2025 vào lúc 09:13 Desk <d@x.example> đã viết:",
    "czech": "po 2. 6. 2025 v 9:13 odesílatel Desk <d@x.example> napsal:",
    "ukrainian": "пн, 2 черв. 2025 р. о 09:13 Desk <d@x.example> пише:",
    "greek": "Στις Δευ 2 Ιουν 2025 στις 9:13 π.μ., ο χρήστης Desk <d@x.example> έγραψε:",
    "danish": "Den man. 2. jun. 2025 kl. 09.13 skrev Desk <d@x.example>:",
    "romanian": "În lun., 2 iun. 2025 la 09:13, Desk <d@x.example> a scris:",
}


@pytest.mark.parametrize("attribution", ABOVE_QUOTES.values(), ids=ABOVE_QUOTES.keys())
def test_the_line_above_a_quote(attribution: str) -> None:
    assert visible_reply(f"{NEW}\n\n{attribution}\n\n> Was it one day?\n>\n> Desk\n") == NEW


WITHOUT_MARKS = {
    "yandex": '02.06.2025, 18.30, "Desk - Consult" <d@x.example>:',
    "finnish": "pe 20. lokakuuta 2017 klo 17.50 Desk\n<d@x.example> kirjoitti:",
    "russian": "ср, 30 апр. 2025 г. в 15:19, Desk <d@x.example>:",
    "french, wrapped": "Le lun. 15 nov. 2021 à 19:42, Desk - Consult <d@x.example>\na écrit :",
    "outlook for telephones": "Le 23 janv. 2015 à 22:03, Desk <d@x.example<mailto:d@x.example>> a écrit:",
    "zoho": "---- On Wed, 24 Feb 2021 14:02:50 +0530 d@x.example wrote ----",
    "dashes": "------On 12/29/2024 17:32 PM, Desk wrote-----",
    "three lines": "On Nov 30, 2011, at 12:47 PM, Desk <\n416ffd3258d4d2fa@x.example>\nwrote:",
    "dutch": "Op 17-feb.-2015, om 13:18 heeft Desk <d@x.example> het volgende geschreven:",
    "swedish": "Den 14 september, 2015 02:23:18, Desk (d@x.example) skrev:",
    "norwegian": "På 14 september 2015 på 02:23:18, Desk (d@x.example) skrev:",
    "polish": "W dniu 28 stycznia 2015 01:53 użytkownik Desk <d@x.example>\nnapisał:",
    "aol": "In a message dated 6/2/2025 9:13:24 A.M. Eastern Daylight Time,\nd@x.example writes:",
    "original message": "----- Original Message -----",
    "antwort": "-----Antwort Nachricht-----",
    "oprindelig": "-----Oprindelig meddelelse-----",
    "wiadomość": "---------- Oryginalna wiadomość ----------",
    "原始邮件": "------------------ 原始邮件 ------------------",
}


@pytest.mark.parametrize("attribution", WITHOUT_MARKS.values(), ids=WITHOUT_MARKS.keys())
def test_history_without_marks(attribution: str) -> None:
    assert visible_reply(f"{NEW}\n\n{attribution}\n\nWas it one day?\nDesk\n") == NEW


FIELDS = {
    "french": "De : Desk [mailto:d@x.example]\nEnvoyé : vendredi 23 janvier 2015 16:39\nÀ : Ana\nObjet : x",
    "spanish": "De: Desk <d@x.example>\nEnviado el: lunes, 2 de junio\nPara: Ana\nAsunto: x",
    "swedish": "Från: Desk [mailto:d@x.example]\nSkickat: den 26 augusti\nTill: Ana\nÄmne: x",
    "danish": "Fra: d@x.example\nSendt: 19. marts 2011 12:10\nTil: Ana\nEmne: x",
    "polish": "Od: Desk <d@x.example>\nWysłano: środa\nDo: Ana\nTemat: x",
    "czech": "Od: Desk <d@x.example>\nOdesláno: pondělí\nKomu: Ana\nPředmět: x",
    "russian": "От: Desk <d@x.example>\nОтправлено: 2 июня\nКому: Ana\nТема: x",
    "chinese": "发件人: Desk <d@x.example>\n发送时间: 2025年6月2日 9:13\n收件人: Ana\n主题: x",
    "japanese": "差出人: Desk <d@x.example>\n送信日時: 2025年6月2日 9:13\n宛先: Ana\n件名: x",
    "korean": "보낸 사람: Desk <d@x.example>\n보낸 날짜: 2025년 6월\n받는 사람: Ana\n제목: x",
    "wide colons": "发件人：Desk <d@x.example>\n日期：2025年6月2日\n收件人：Ana\n主题：x",
    "the date first": "Date: Fri, 28 Sep 2012 10:55:48 +0000\nFrom: d@x.example\nTo: ana@x.example\nSubject: x",
    "blank lines between": "From: Desk\n\nSent: Monday\n\nTo: Ana\n\nSubject: x",
    "wrapped and bold": "  *From:* d@x.example [mailto:\n  d@x.example]\n  *Sent:* Monday\n  *To:* Ana\n  *Subject:* x",
    "samsung": "-------- Original message --------\nFrom: Desk <d@x.example>\nDate: 6/2/25 9:13 AM (GMT-05:00)",
    "below an advert": "Get Outlook for iOS<https://x.example>\n______\nFrom: Desk\nSent: 2 June\nTo: A\nSubject: x",
}


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS.keys())
def test_the_fields_of_outlook(fields: str) -> None:
    assert visible_reply(f"{NEW}\n\n{fields}\n\nWas it one day?\n") == NEW


FOOTERS = """Envoyé depuis mon iPhone
Von meinem Mobilgerät gesendet
Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.
Sent via mobile
Sent with Airmail
Sent from Windows Mail
Sent from Mailbox for iPad
Sent from Yahoo Mail on Android
Sent from my Alcatel Flash2
Sent from my cell, please excuse any typos.
Sent from my HTC M8 Android phone.  Please excuse typos
Sent from my Windows 8 PC <http://x.example/preview>
<<sent by galaxy>>
(Sent from mobile device)
*Sent from my iPad*
Sent from my T-Mobile 4G LTE Device
Sent via BlackBerry by AT&T
Sent with Proton Mail secure email.
Gesendet mit der GMX Mail App
Verstuurd vanaf mijn iPhone
Inviato da iPhone
Enviado do meu iPhone
Enviado desde mi iPhone
Skickat från min iPhone
Sendt fra min iPhone
Lähetetty iPhonesta
Wysłane z iPhone'a
Odesláno z iPhonu
Отправлено с iPhone
iPhone'umdan gönderildi
Az iPhone-omról küldve
發自我的 iPhone
從我的 iPhone 傳送
iPhoneから送信
나의 iPhone에서 보냄
Get Outlook for iOShttps://x.example/o
Télécharger Outlook pour Android
Obter o Outlook para iOS
Hämta Outlook för iOS
Outlook für Android beziehen""".split("\n")


@pytest.mark.parametrize("footer", FOOTERS)
def test_the_last_line_of_a_telephone(footer: str) -> None:
    assert visible_reply(f"{NEW}\n\n{footer}\n") == NEW
