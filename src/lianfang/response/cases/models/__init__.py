"""Cases, contacts and measures; one file per noun."""

from lianfang.response.cases.models.cases import Case, Source, Stay
from lianfang.response.cases.models.contacts import Contact
from lianfang.response.cases.models.measures import Measure, TestDay
from lianfang.response.cases.models.protocols import InForce, Override
from lianfang.response.cases.models.receipts import Receipt
from lianfang.response.cases.models.tests import LabTest

__all__ = [
    "Case",
    "Contact",
    "InForce",
    "LabTest",
    "Measure",
    "Override",
    "Receipt",
    "Source",
    "Stay",
    "TestDay",
]
