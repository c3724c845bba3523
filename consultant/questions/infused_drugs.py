"""Common drugs given by vein, and which kind of administration code each goes with.

Cancer drugs and the antibodies that the Medicare Claims Processing Manual, chapter 12, section 30.5 D names go with the
chemotherapy codes; of other complex antibodies the contractor decides. Names are in small letters.
"""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """What is given, in the order in which a facility chooses the initial code."""

    CHEMOTHERAPY = "chemotherapy"
    COMPLEX = "complex biological"  # chemotherapy codes, where the contractor says so
    OTHER = "other drug"
    FLUID = "hydration"


_NAMES = {
    Kind.CHEMOTHERAPY: (
        "rituximab rituxan infliximab remicade bevacizumab avastin trastuzumab herceptin pembrolizumab keytruda "
        "nivolumab opdivo ipilimumab atezolizumab durvalumab cetuximab panitumumab daratumumab bortezomib carfilzomib "
        "paclitaxel taxol abraxane docetaxel taxotere carboplatin cisplatin oxaliplatin gemcitabine gemzar irinotecan "
        "topotecan etoposide doxorubicin epirubicin cyclophosphamide cytoxan ifosfamide fluorouracil 5-fu vincristine "
        "vinorelbine vinblastine pemetrexed alimta azacitidine decitabine bendamustine cytarabine eribulin"
    ),
    Kind.COMPLEX: (
        "tocilizumab actemra vedolizumab entyvio natalizumab tysabri ocrelizumab ocrevus abatacept orencia golimumab "
        "ustekinumab eculizumab ravulizumab belimumab benlysta"
    ),
    Kind.OTHER: (
        "zometa reclast pamidronate venofer injectafer ferumoxytol feraheme ondansetron zofran granisetron "
        "palonosetron aloxi fosaprepitant emend dexamethasone decadron methylprednisolone solu-medrol "
        "diphenhydramine benadryl famotidine pepcid pantoprazole protonix ceftriaxone rocephin vancomycin "
        "cefazolin ertapenem daptomycin zosyn metronidazole flagyl levofloxacin azithromycin ketorolac toradol "
        "morphine hydromorphone dilaudid leucovorin lorazepam ativan metoclopramide reglan promethazine phenergan "
        "prochlorperazine compazine ivig antibiotic magnesium potassium"
    ),
    Kind.FLUID: "hydration fluids saline",
}
_PHRASES = {
    "zoledronic acid": Kind.OTHER,
    "iron sucrose": Kind.OTHER,
    "iron dextran": Kind.OTHER,
    "ferric carboxymaltose": Kind.OTHER,
    "immune globulin": Kind.OTHER,
    "normal saline": Kind.FLUID,
    "iv fluids": Kind.FLUID,
    "lactated ringers": Kind.FLUID,
}
KINDS: dict[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names.split()} | _PHRASES
