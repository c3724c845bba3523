"""The header fields that mail programs write above unmarked history, in the languages they write them in."""

import re
from collections.abc import Sequence

_NAMES = {
    "from": (
        "from;von;de;da;van;fra;från;od;lähettäjä;expéditeur;expediteur;remitente;remetente;mittente;afzender;"
        "avsender;"
        "absender;от;от кого;від;发件人;發件人;寄件者;寄件人;差出人;送信者;보낸 사람;보낸사람;발신;gönderen;"
        "kimden;feladó;de la;"
        "από;από τον;từ;người gửi;dari;מאת;من;saatja;nuo;no;pošiljatelj;šalje;pošiljalac;frá;จาก"
    ),
    "date": (
        "sent;date;sent at;sent on;date sent;gesendet;gesendet am;datum;envoyé;envoye;envoyé le;date d'envoi;"
        "enviado;enviado el;"
        "enviada el;enviada em;enviado em;enviada;enviado a;inviato;inviato il;data;fecha;verzonden;verzonden op;"
        "sendt;dato;skickat;skickat den;wysłano;wyslano;wysłane;odesláno;odoslané;lähetetty;päivämäärä;päiväys;"
        "отправлено;отправлен;дата;надіслано;время;发送时间;發送時間;日期;寄件日期;傳送時間;時間;送信日時;日時;日付;"
        "보낸 날짜;보낸날짜;날짜;gönderildi;gönderilme tarihi;gönderme tarihi;tarih;elküldve;dátum;küldve;"
        "trimis;dată;στάλθηκε;"
        "ημερομηνία;đã gửi;ngày;dikirim;tanggal;נשלח;תאריך;تاريخ;تاريخ الإرسال;poslano;poslato;saadetud;"
        "kuupäev;išsiųsta;"
        "sent date;วันที่"
    ),
    "subject": (
        "subject;betreff;objet;asunto;oggetto;onderwerp;emne;ämne;temat;assunto;předmět;predmet;aihe;sujet;тема;tárgy;"
        "subiect;konu;θέμα;主题;主題;主旨;件名;제목;chủ đề;perihal;subjek;subjecte;assumpte;נושא;الموضوع;"
        "naslov;zadeva;teema;tema;"
        "efni;เรื่อง;re"
    ),
    "to": (
        "to;cc;bcc;an;à;a;para;pour;aan;til;till;do;dw;kopia;komu;kopie;kopi;copie;copia;vastaanottaja;kopio;"
        "destinataire;"
        "destinatario;per;destinatário;cco;kime;bilgi;címzett;másolatot kap;către;catre;προς;κοιν;кому;копия;"
        "копія;收件人;收件者;抄送;"
        "副本;宛先;받는 사람;받는사람;수신;참조;đến;kepada;אל;עותק;إلى;za;prima;kam;saaja;kas;kam;till kopia;ถึง"
    ),
    "other": (
        "reply-to;importance;priority;attachments;antwort an;wichtigkeit;priorität;anlagen;importance ;pièces jointes;"
        "importancia;datos adjuntos;priorità;prioriteit;bijlagen;organization;message-id;mailed-by;signed-by;"
        "list-id;when;where"
    ),
}
_KINDS = {name.strip(): kind for kind, names in _NAMES.items() for name in names.split(";")}
_FIELD = re.compile(r"[\s*_|]{0,8}([^\W\d_][^\n:：*]{0,24}?)\s?[*_]{0,2}\s?[:：]\s?[*_]{0,2}\s?([^\n]*)")
_MOST_LINES = 14
_MOST_OTHER_LINES = 3  # a long field goes on over some lines
_LETTERS = re.compile(r"[^\W\d_]{2}|@")


def may_be_field(line: str) -> bool:
    """Whether the line starts like a header field: a quick look for whoever searches a whole text."""
    start = line[:40].replace("：", ":")
    return ":" in start and start.partition(":")[0].strip(" \t*_|").lower() in _KINDS


def is_field_block(lines: Sequence[str], at: int, end: int) -> bool:
    """Whether the header fields of a mail stand here: whom it is from, when or what about, and one more."""
    if _kind_of(lines[at]) in (None, "other"):
        return False
    kinds: set[str] = set()
    other_lines = blank_lines = 0
    for line in lines[at : min(at + _MOST_LINES, end)]:
        if not line.strip():
            blank_lines += 1
            if blank_lines > 1:
                break
            continue
        kind = _kind_of(line)
        if kind is None:
            other_lines += 1
            if blank_lines or other_lines > _MOST_OTHER_LINES:
                break
            continue
        blank_lines = 0
        kinds.add(kind)
    return "from" in kinds and bool(kinds & {"date", "subject"}) and len(kinds) >= 3


def _kind_of(line: str) -> str | None:
    found = _FIELD.fullmatch(line) if len(line) < 2000 else None
    if found is None:
        return None
    kind = _KINDS.get(found[1].strip().lower())
    # "From: 96413" is somebody's list.
    return None if kind == "from" and not _LETTERS.search(found[2]) else kind
