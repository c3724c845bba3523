"""Reading a question: which codes, modifiers, units, dates, payer and topics a text names.

Pure functions over text. Must not know the database, mail or the web.
"""

from consultant.questions.enclosures import enclosure
from consultant.questions.reading import read_question
from consultant.questions.receipt import understood

__all__ = ["enclosure", "read_question", "understood"]
