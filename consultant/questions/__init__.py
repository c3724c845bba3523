"""Reading a question: its codes, dates, payer and circumstances, what it asks, and the patient data in it.

Pure functions over text. Must not know the database, mail or the web.
"""

from consultant.questions.correcting import corrected, read_thread
from consultant.questions.enclosures import enclosure
from consultant.questions.patient_data import find_patient_data, kinds, masked
from consultant.questions.reading import read_for_receipt, read_question
from consultant.questions.receipt import understood
from consultant.questions.settling import CodeBook, settled

__all__ = [
    "CodeBook",
    "corrected",
    "enclosure",
    "find_patient_data",
    "kinds",
    "masked",
    "read_for_receipt",
    "read_question",
    "read_thread",
    "settled",
    "understood",
]
