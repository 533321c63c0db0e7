"""Every kind of document that the product reads. A reader joins by one import and one line here.

Order matters only where two readers could recognise the same bytes: the narrower one stands first.
"""

from __future__ import annotations

from tracetonne.landing import cbam_template
from tracetonne.landing.reader import Reader

READERS: tuple[Reader, ...] = (cbam_template.READER,)
