"""The phrases in which mail servers say that a mail failed, waits, or was given up, and lead over to its copy.

Word lists only. A phrase proves nothing by itself, because people write about failed deliveries too:
consultant.mail.failure_notices reads notices with them, and consultant.mail.machine asks for other signs.
"""

import re

FAILED = re.compile(
    r"undeliver|un?able to deliver|wasn[’']t able to deliver|n[o'’]t (?:be |"
    r"been )?(?:able to be )?(?:delivered|reached)|"
    r"couldn[’']t be delivered|cannot be delivered|deliver(?:y|ed)?(?: \w+){0,8} (?:has |"
    r"have )?(?:permanently )?failed|"
    r"delivery (?:failure|error|problem)|error (?:during|in) delivery|trouble (?:delivering|in delivering)|"
    r"failure notice|failed? mail|mail fail|failed to deliver|(?:failed|following) (?:recipient|address)|"
    r"attempting to deliver|recipients? was aborted|non-?delivery|mail system error|processing error|"
    r"did not (?:reach|receive)|returned (?:mail|to sender|message|because)|returning message|"
    r"permanent(?:ly)? (?:error|fail)|"
    r"(?:following|these|affected) (?:recipients?|address(?:es|\(es\))?) (?:\w+ ){0,3}(?:fail|reject|affected|"
    r"problem)|"
    r"(?:was|were|been) (?:automatically )?(?:rejected|blocked) (?:by|because|:|due)|automatically rejected|"
    r"unknown (?:local |remote )?(?:user|recipient|host)|(?:user|recipient|host) (?:is )?(?:unknown|"
    r"not (?:known|found))|"
    r"no such (?:user|recipient|mailbox|address)|no valid recipients|invalid (?:final delivery|recipient|mailbox)|"
    r"not listed in (?:domino|public|the)|address(?:es)? (?:had|with) permanent|recipient (?:address )?rejected|"
    r"mailbox (?:is |are )?(?:full|unavailable|disabled)|over ?quota|exceed\w* (?:\w+ ){0,3}(?:quota|limit|"
    r"storage)|quota exceeded|"
    r"(?:account|mailbox|user) (?:\w+ ){0,3}(?:disabled|inactive|suspended)|did not exactly match|may not exist|"
    r"unzustellbar|nicht zugestellt|nicht zustellbar|konnte nicht (?:\w+ ){0,4}(?:zugestellt|übermittelt|"
    r"ausgeliefert)|unbekannter empfänger|"
    r"zustellung fehlgeschlagen|non remis|pas pu [eê]tre (?:remis|d[eé]livr|distribu|envoy)|"
    r"échec (?:de la )?(?:remise|distribution)|"
    r"n'a pas (?:pu|été) (?:\w+ )?(?:remis|distribu|délivr)|"
    r"no (?:se )?(?:pudo|ha podido) (?:ser )?entrega|no se ha podido entregar|no entregad|error (?:al|de) entreg|"
    r"impossibile (?:recapitare|consegnare)|mancat[ao] (?:recapito|consegna)|mancato invio|"
    r"não (?:pôde|foi possível) (?:ser )?entreg|falha (?:na|de) entrega|"
    r"niet (?:worden )?(?:bezorgd|afgeleverd)|onbestelbaar|kunde inte (?:levereras|skickas)|kan inte levereras|"
    r"kunne ikke (?:leveres|levere)|ikke leveret|ei voi(?:tu|da)? toimittaa|toimitus epäonnistui|"
    r"nie (?:można|mogła|udało się) (?:\w+ )?(?:dostarczy|doręczy)|niedostarczon|nelze doručit|"
    r"nebyl[oa]? (?:možné )?doručen|nedoručiteln|"
    r"nem (?:sikerült )?kézbesít|kézbesíthetetlen|nu a putut fi livrat|teslim edilemedi|iletilemedi|"
    r"δεν (?:ήταν δυνατή|παραδόθηκε)|"
    r"не может быть доставлен|не (?:было )?доставлен|недоставлен|не удалось доставить|ошибка доставки|"
    r"не може бути доставлен|"
    r"配信できません|配信不能|送信できません|届けることができません|お届けできません|宛先が?(?:見つかりません|"
    r"不明)|存在しません|受信拒否|"
    r"退信|无法投递|無法投遞|投递失败|未能送达|无法送达|無法傳遞|无法传递|发送失败|전송 ?실패|배달되지 않|반송|"
    r"전달되지",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"(?:has|have|is|was|being) (?:been )?(?:delayed|postponed|deferred)|\bdelayed \d+ (?:hours?|days?)|"
    r"delivery (?:is )?delayed|"
    r"warning message only|advisory[- ]only|\(delay(?:ed)?\)|"
    r"not yet been delivered|(?:continue|continuing) to (?:try|attempt)|will (?:be retried|keep trying|retry|"
    r"continue to be made)|"
    r"still (?:being )?(?:in the queue|retried|trying)|temporarily undeliver|"
    r"verzögert|verspätet|wird weiter versucht|retardé|différé|ha sido retrasad|demorad|ritardat|atrasad|vertraagd|"
    r"fördröj|forsink|viivästy|opóźni|zpožd|задержан|отложен|遅延|遅れて|延迟|延遲|지연",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(
    r"giv(?:en|ing) up|gave up|permanent(?:ly)? (?:error|fail)|will not be (?:retried|delivered)|"
    r"not going to try again|endgültig",
    re.IGNORECASE,
)
KEEPS_TRYING = re.compile(
    r"(?:continue|continuing) to (?:try|attempt|be (?:made|tried|attempted))|will (?:be retried|keep trying|retry)|"
    r"(?:you )?do not need to resend|wird weiter versucht|warning message only",
    re.IGNORECASE,
)
NOT_DELIVERED = re.compile(r"could not be delivered", re.IGNORECASE)
COPY_BELOW = re.compile(
    r"^[ \t*>|]{0,20}(?:[-=_]{2,80}[ \t|=-]{0,80}(?:below|this is a copy|(?:the )?(?:header|body|unsent|"
    r"message (?:text|"
    r"header|follow)|original)|"
    r"message header|(?:return|undeliver|unsent)|transcript of session follows\b[^\n]*\bunsent|copy of|"
    r"forwarded|end of|included|start of)|"
    r"original message (?:follows|details|headers?|as received)|(?:old|message headers?) ?(?:message|follow)|"
    r"your message reads|"
    r"below is a copy|(?:the )?(?:first|last) \d+ lines of|(?:a summary of|here is a copy|"
    r"your original message|a copy of the original)|"
    r"received:\s*(?:from|by)\b|return-path:)",
    re.IGNORECASE | re.MULTILINE,
)
