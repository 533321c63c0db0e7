"""E-invoice messages (MIG 4.1) for benchmarks: the same ones every time, as many as asked for, one by one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

_SELLERS = (("12345675", "中部天然氣公司"), ("22099131", "鋼線工業公司"), ("04595257", "液化氣體公司"))
_ITEMS = (("天然氣", "立方公尺", 12), ("盤元 SWRCH22A", "公斤", 30), ("液化石油氣", "公斤", 27))
_FIRST_DAY = datetime.date(2025, 1, 1)
_NUMBERS = 100_000_000
# Every so many messages an earlier invoice is cancelled, or part of it taken back.
_CANCELLED_EVERY, _ALLOWED_EVERY = 97, 53

_INVOICE = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:GEINV:eInvoiceMessage:F0401:4.1">
  <Main><InvoiceNumber>{number}</InvoiceNumber><InvoiceDate>{date:%Y%m%d}</InvoiceDate>
    <InvoiceTime>10:{minute:02d}:00</InvoiceTime>
    <Seller><Identifier>{seller}</Identifier><Name>{seller_name}</Name><Address>臺中市西屯區工業一路1號</Address></Seller>
    <Buyer><Identifier>24634102</Identifier><Name>大發螺絲股份有限公司</Name></Buyer>
    <MainRemark>計費期間 {first:%Y/%m/%d}-{last:%Y/%m/%d}</MainRemark>
    <InvoiceType>07</InvoiceType><DonateMark>0</DonateMark><PrintMark>Y</PrintMark></Main>
  <Details>{items}</Details>
  <Amount><SalesAmount>{amount}</SalesAmount><FreeTaxSalesAmount>0</FreeTaxSalesAmount>
    <ZeroTaxSalesAmount>0</ZeroTaxSalesAmount><TaxType>1</TaxType><TaxRate>0.05</TaxRate>
    <TaxAmount>{tax}</TaxAmount><TotalAmount>{total}</TotalAmount></Amount>
</Invoice>
"""
_ITEM = """
    <ProductItem><Description>{description}</Description><Quantity>{quantity}</Quantity><Unit>{unit}</Unit>
      <UnitPrice>{price}</UnitPrice><TaxType>1</TaxType><Amount>{amount}</Amount>
      <SequenceNumber>{sequence:03d}</SequenceNumber></ProductItem>"""
_CANCEL = """<?xml version="1.0" encoding="UTF-8"?>
<CancelInvoice xmlns="urn:GEINV:eInvoiceMessage:F0501:4.1">
  <CancelInvoiceNumber>{number}</CancelInvoiceNumber><InvoiceDate>{date:%Y%m%d}</InvoiceDate>
  <BuyerId>24634102</BuyerId><SellerId>{seller}</SellerId><CancelDate>{date:%Y%m%d}</CancelDate>
  <CancelTime>17:00:00</CancelTime><CancelReason>品名有誤</CancelReason>
</CancelInvoice>
"""
_ALLOWANCE = """<?xml version="1.0" encoding="UTF-8"?>
<Allowance xmlns="urn:GEINV:eInvoiceMessage:G0401:4.1">
  <Main><AllowanceNumber>AL{index:012d}</AllowanceNumber><AllowanceDate>{date:%Y%m%d}</AllowanceDate>
    <Seller><Identifier>{seller}</Identifier><Name>{seller_name}</Name></Seller>
    <Buyer><Identifier>24634102</Identifier><Name>大發螺絲股份有限公司</Name></Buyer><AllowanceType>2</AllowanceType></Main>
  <Details><ProductItem><OriginalInvoiceDate>{date:%Y%m%d}</OriginalInvoiceDate>
    <OriginalInvoiceNumber>{number}</OriginalInvoiceNumber><OriginalSequenceNumber>001</OriginalSequenceNumber>
    <OriginalDescription>{description}</OriginalDescription><Quantity>10</Quantity><Unit>{unit}</Unit>
    <UnitPrice>{price}</UnitPrice><Amount>{amount}</Amount><Tax>0</Tax>
    <AllowanceSequenceNumber>001</AllowanceSequenceNumber><TaxType>1</TaxType></ProductItem></Details>
  <Amount><TaxAmount>0</TaxAmount><TotalAmount>{amount}</TotalAmount></Amount>
</Allowance>
"""


def mig_messages(count: int) -> Iterator[bytes]:
    """Give messages as documents of their own.

    Args:
        count: How many: mostly invoices of one to three lines, some cancellations and allowances of them.
    """
    for index in range(count):
        if index % _CANCELLED_EVERY == _CANCELLED_EVERY - 1:
            yield _CANCEL.format(**_facts(index - 1)).encode()
        elif index % _ALLOWED_EVERY == _ALLOWED_EVERY - 1:
            yield _allowance(index).encode()
        else:
            yield _invoice(index).encode()


def mig_batch(count: int) -> Iterator[bytes]:
    """Give the parts of one file that holds the messages in a wrapper element."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<InvoiceBatch>\n'
    for message in mig_messages(count):
        yield message.partition(b"\n")[2]
    yield b"</InvoiceBatch>\n"


def _facts(index: int) -> dict[str, object]:
    """Return what an invoice and the messages about it say alike."""
    seller, seller_name = _SELLERS[index % len(_SELLERS)]
    date = _FIRST_DAY + datetime.timedelta(days=index % 365)
    series = chr(ord("A") + index // _NUMBERS % 26)
    return {
        "index": index,
        "number": f"A{series}{index % _NUMBERS:08d}",
        "date": date,
        "seller": seller,
        "seller_name": seller_name,
        "minute": index % 60,
        "first": date.replace(day=1),
        "last": date,
    }


def _invoice(index: int) -> str:
    items, amount = [], 0
    for sequence in range(1, 2 + index % 3):
        description, unit, price = _ITEMS[(index + sequence - 1) % len(_ITEMS)]
        quantity = 100 + (index * 7 + sequence) % 900
        amount += quantity * price
        items.append(
            _ITEM.format(
                description=description, unit=unit, price=price, quantity=quantity,
                amount=quantity * price, sequence=sequence,
            )
        )  # fmt: skip
    tax = amount // 20
    facts = _facts(index)
    return _INVOICE.format(**facts, items="".join(items), amount=amount, tax=tax, total=amount + tax)


def _allowance(index: int) -> str:
    description, unit, price = _ITEMS[(index - 1) % len(_ITEMS)]
    facts = {**_facts(index - 1), "index": index}
    return _ALLOWANCE.format(**facts, description=description, unit=unit, price=price, amount=10 * price)
