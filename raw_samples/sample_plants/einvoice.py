"""Taiwanese e-invoices in the messages of the Ministry of Finance's MIG: issue, cancellation, allowance."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from xml.sax.saxutils import escape

from .quantities import Draw, plain

Day = datetime.date
CHECK_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def is_company_id(text: str) -> bool:
    """Say whether a 統一編號 has a valid check digit (weighted digit sum divisible by 10, as before 2023)."""
    if len(text) != 8 or not text.isdigit():
        return False
    products = [int(digit) * weight for digit, weight in zip(text, CHECK_WEIGHTS, strict=True)]
    return sum(product // 10 + product % 10 for product in products) % 10 == 0


def company_id(name: str) -> str:
    """Invent a 統一編號 with a valid check digit for an invented company.

    It begins with `0000`, where no company is registered, and has no 7 in place seven, where the rule forks.
    """
    at = Draw("company", name).between(0, 9999)
    while True:
        text = f"0000{at:04d}"
        if is_company_id(text) and text[6] != "7" and at:
            return text
        at = (at + 1) % 10000


@dataclass(frozen=True)
class Company:
    """One side of an invoice."""

    name: str
    address: str
    telephone: str = "02-0000-0000"

    @property
    def identifier(self) -> str:
        """The invented 統一編號."""
        return company_id(self.name)


@dataclass(frozen=True)
class Item:
    """One line: a description as the seller prints it, quantity with unit, price in NT$ before tax."""

    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    remark: str = ""

    @property
    def amount(self) -> int:
        """Price of the line, rounded to whole NT$."""
        return int((self.quantity * self.price).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Invoice:
    """An issued invoice with its number."""

    number: str
    date: Day
    seller: Company
    buyer: Company
    items: tuple[Item, ...]
    remark: str = ""
    version: str = "4.1"


@dataclass
class Numbers:
    """Hands out invoice numbers: two letters of the two-month period and seller's book, then eight digits."""

    used: set[str] = field(default_factory=set)

    def next(self, seller: Company, date: Day) -> str:
        """Give the next free number of the seller's book in the two-month period of `date`."""
        period = f"{date.year}-{(date.month + 1) // 2}"
        letters = "".join(Draw("letters", period, i).pick(LETTERS) for i in range(2))
        at = Draw("book", period, seller.name).between(10_000, 99_000) * 1000
        while f"{letters}{at:08d}" in self.used:
            at += 1
        self.used.add(f"{letters}{at:08d}")
        return f"{letters}{at:08d}"


def tax_of(sales: int) -> int:
    """Business tax of 5 %, rounded to whole NT$."""
    return int((Decimal(sales) * Decimal("0.05")).quantize(Decimal(1), ROUND_HALF_UP))


def issue_xml(invoice: Invoice) -> bytes:
    """Write the issue message: F0401 of MIG 4.1, or C0401 of MIG 3.2 for invoices before 2026."""
    message = "F0401" if invoice.version.startswith("4") else "C0401"
    sales = sum(item.amount for item in invoice.items)
    details = "".join(_item(item, at, message) for at, item in enumerate(invoice.items, start=1))
    return _document(
        "Invoice",
        message,
        invoice.version,
        f"""  <Main>
    <InvoiceNumber>{invoice.number}</InvoiceNumber>
    <InvoiceDate>{invoice.date:%Y%m%d}</InvoiceDate>
    <InvoiceTime>{_time(invoice.number)}</InvoiceTime>
{_party("Seller", invoice.seller)}{_party("Buyer", invoice.buyer)}{_remark(invoice.remark)}\
    <InvoiceType>07</InvoiceType>
    <DonateMark>0</DonateMark>
    <PrintMark>N</PrintMark>
  </Main>
  <Details>
{details}  </Details>
  <Amount>
    <SalesAmount>{sales}</SalesAmount>
    <FreeTaxSalesAmount>0</FreeTaxSalesAmount>
    <ZeroTaxSalesAmount>0</ZeroTaxSalesAmount>
    <TaxType>1</TaxType>
    <TaxRate>0.05</TaxRate>
    <TaxAmount>{tax_of(sales)}</TaxAmount>
    <TotalAmount>{sales + tax_of(sales)}</TotalAmount>
  </Amount>
""",
    )


def cancel_xml(invoice: Invoice, date: Day, reason: str) -> bytes:
    """Write the cancellation (F0501) of an invoice in the period of its issue."""
    return _document(
        "CancelInvoice",
        "F0501",
        invoice.version,
        f"""  <CancelInvoiceNumber>{invoice.number}</CancelInvoiceNumber>
  <InvoiceDate>{invoice.date:%Y%m%d}</InvoiceDate>
  <BuyerId>{invoice.buyer.identifier}</BuyerId>
  <SellerId>{invoice.seller.identifier}</SellerId>
  <CancelDate>{date:%Y%m%d}</CancelDate>
  <CancelTime>{_time(f"cancel {invoice.number}")}</CancelTime>
  <CancelReason>{escape(reason)}</CancelReason>
""",
    )


def allowance_xml(invoice: Invoice, number: str, date: Day, lines: Sequence[tuple[int, Decimal]]) -> bytes:
    """Write an allowance (G0401) that takes back quantities of an invoice's lines.

    Args:
        invoice: The invoice that is corrected.
        number: Number of the allowance.
        date: Day of the allowance.
        lines: Line of the invoice (from 1) and the quantity taken back, in the line's unit.
    """
    details = ""
    sales = tax = 0
    for at, (line, quantity) in enumerate(lines, start=1):
        item = invoice.items[line - 1]
        amount = Item(item.description, quantity, item.unit, item.price).amount
        sales += amount
        tax += tax_of(amount)
        details += f"""    <ProductItem>
      <OriginalInvoiceDate>{invoice.date:%Y%m%d}</OriginalInvoiceDate>
      <OriginalInvoiceNumber>{invoice.number}</OriginalInvoiceNumber>
      <OriginalSequenceNumber>{line:03d}</OriginalSequenceNumber>
      <OriginalDescription>{escape(item.description)}</OriginalDescription>
      <Quantity>{plain(quantity)}</Quantity>
      <Unit>{escape(item.unit)}</Unit>
      <UnitPrice>{plain(item.price)}</UnitPrice>
      <Amount>{amount}</Amount>
      <Tax>{tax_of(amount)}</Tax>
      <AllowanceSequenceNumber>{at:03d}</AllowanceSequenceNumber>
      <TaxType>1</TaxType>
    </ProductItem>
"""
    return _document(
        "Allowance",
        "G0401",
        invoice.version,
        f"""  <Main>
    <AllowanceNumber>{number}</AllowanceNumber>
    <AllowanceDate>{date:%Y%m%d}</AllowanceDate>
{_party("Seller", invoice.seller)}{_party("Buyer", invoice.buyer)}    <AllowanceType>2</AllowanceType>
  </Main>
  <Details>
{details}  </Details>
  <Amount>
    <TaxAmount>{tax}</TaxAmount>
    <TotalAmount>{sales}</TotalAmount>
  </Amount>
""",
    )


def _document(root: str, message: str, version: str, body: str) -> bytes:
    namespace = f"urn:GEINV:eInvoiceMessage:{message}:{version}"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">\n{body}</{root}>\n'
    return text.encode("utf-8")


def _party(role: str, company: Company) -> str:
    return f"""    <{role}>
      <Identifier>{company.identifier}</Identifier>
      <Name>{escape(company.name)}</Name>
      <Address>{escape(company.address)}</Address>
      <TelephoneNumber>{company.telephone}</TelephoneNumber>
    </{role}>
"""


def _remark(text: str) -> str:
    return f"    <MainRemark>{escape(text)}</MainRemark>\n" if text else ""


def _item(item: Item, at: int, message: str) -> str:
    # MIG 4 put a tax type on each line; MIG 3.2 has none.
    tax_type = "      <TaxType>1</TaxType>\n" if message == "F0401" else ""
    remark = f"      <Remark>{escape(item.remark)}</Remark>\n" if item.remark else ""
    unit = f"      <Unit>{escape(item.unit)}</Unit>\n" if item.unit else ""
    return f"""    <ProductItem>
      <Description>{escape(item.description)}</Description>
      <Quantity>{plain(item.quantity)}</Quantity>
{unit}      <UnitPrice>{plain(item.price)}</UnitPrice>
{tax_type}      <Amount>{item.amount}</Amount>
      <SequenceNumber>{at:03d}</SequenceNumber>
{remark}    </ProductItem>
"""


def _time(name: str) -> str:
    draw = Draw("time", name)
    return f"{draw.between(9, 17):02d}:{draw.between(0, 59):02d}:{draw.between(0, 59):02d}"
