"""EPDs as ILCD+EPD XML: a process dataset alone, or the zip that a node exports, with flows and units.

The declared unit stands in the datasets of the reference flow, its property and that one's unit group. A
process alone names only the flow, so its declared unit is unknown. Elements are read by local name, because
versions 1.1 and 1.2 of the extension differ in namespaces. The PDF in a zip is kept, not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from tracetonne.landing import archive, limits, xml_document
from tracetonne.landing.epd_record import (
    MASS_PROPERTIES,
    MATERIAL_PROPERTIES,
    EpdRecords,
    chosen_text,
    dataset_problems,
    joined,
)
from tracetonne.landing.reader import Reading, Rejection, Source
from tracetonne.landing.reject import UnreadableDocumentError, rejection, unreadable

_FOLDERS = ("processes", "flows", "flowproperties", "unitgroups")


@dataclass
class _Datasets:
    """The datasets of an export: files of processes in order, the others by UUID."""

    processes: list[tuple[str, etree._Element]] = field(default_factory=list)
    others: dict[str, etree._Element] = field(default_factory=dict)
    problems: list[Rejection] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)


class IlcdReader:
    """Reads a process dataset, or all of an export."""

    kind = "epd_ilcd"
    title = "EPD, ILCD+EPD XML or zip"
    title_zh = "環境產品宣告（EPD），ILCD+EPD XML 或壓縮檔"
    version = "1"
    family = "suppliers"
    standard = "ILCD+EPD"
    standard_version = "1.1, 1.2"
    about = (
        "*XML or ZIP*: an ILCD process dataset with the EPD extension, or the export of a soda4LCA node. One "
        "record a dataset, one an amount of an indicator in a module and scenario, all as printed. In a zip "
        "the declared unit comes from the reference flow, its property and its unit group. Business key: "
        "UUID and version of the dataset."
    )

    def recognises(self, source: Source) -> bool:
        """Say whether the content is a process dataset, or an archive that holds one."""
        if archive.is_zip(source):
            return any(_folder(name) == "processes" for name in archive.names(source))
        head = source.head.lstrip(b"\xef\xbb\xbf \r\n\t")
        return head.startswith(b"<") and b"processDataSet" in head and b"lca.jrc.it/ILCD/Process" in head

    def read(self, source: Source) -> Reading:
        """Read every process dataset.

        Raises:
            UnreadableDocumentError: It is no well-formed XML or archive, or holds no dataset with amounts.
        """
        if archive.is_zip(source):
            found = _unpacked(source)
        else:
            found = _Datasets(processes=[("", xml_document.parse(source))])
        records = EpdRecords()
        for member, root in found.processes:
            _read_process(records, found, member, root)
        if found.attachments:
            records.notes.append(f"Kept but not read: {', '.join(found.attachments[:5])}.")
        return records.reading(found.problems)


def _folder(name: str) -> str:
    """Return the ILCD folder that an XML file lies in, or nothing."""
    parts = name.lower().split("/")
    inside = len(parts) > 1 and parts[-1].endswith(".xml")
    return parts[-2] if inside and parts[-2] in _FOLDERS else ""


def _unpacked(source: Source) -> _Datasets:
    found = _Datasets()
    left = limits.current().document_bytes
    for member in archive.members(source):
        folder = _folder(member.name)
        if not folder:
            if "/external_docs/" in f"/{member.name}":
                found.attachments.append(member.name.rsplit("/", 1)[-1])
            continue
        try:
            with member.open() as handle:
                data = handle.read(left + 1)
            left -= len(data)
            if left < 0:
                raise unreadable(
                    "too_large", f"{member.name}!", expected="datasets that fit in memory", found="more"
                )
            root = xml_document.parse_bytes(data)
        except UnreadableDocumentError as error:
            found.problems += [_placed(one, member.name) for one in error.rejections]
            if left < 0:
                break
            continue
        if folder == "processes":
            found.processes.append((member.name, root))
        elif uuid := _one(root, ".//{*}dataSetInformation/{*}UUID"):
            found.others[uuid] = root
    return found


def _placed(one: Rejection, member: str) -> Rejection:
    """Put the file in front of a place that does not name it."""
    if one.locator.startswith(f"{member}!"):
        return one
    inside = "" if one.locator == "file" else one.locator
    return Rejection(**{**vars(one), "locator": f"{member}!{inside}"})


def _one(holder: etree._Element | None, path: str) -> str | None:
    """Return the text at a path, or nothing where it is absent or blank."""
    text = holder.findtext(path) if holder is not None else None
    return text.strip() or None if isinstance(text, str) else None


def _language(node: etree._Element) -> str | None:
    return node.get("{http://www.w3.org/XML/1998/namespace}lang")


def _text(holder: etree._Element | None, path: str) -> str | None:
    """Return the text of a multi-language element, English first."""
    nodes = holder.iterfind(path) if holder is not None else ()
    return chosen_text((_language(node), node.text) for node in nodes)


def _reference(holder: etree._Element | None, path: str) -> str | None:
    return _text(holder, f"{path}/{{*}}shortDescription")


def _references(holder: etree._Element, path: str) -> str | None:
    return joined(_text(node, "{*}shortDescription") for node in holder.iterfind(path))


def _attribute(node: etree._Element | None, name: str) -> str | None:
    """Return an attribute by its local name: the extension prints some with namespace, some without."""
    if node is None:
        return None
    found = (value for key, value in node.attrib.items() if etree.QName(str(key)).localname == name)
    return str(next(found, "")).strip() or None


def _read_process(records: EpdRecords, found: _Datasets, member: str, root: etree._Element) -> None:
    place = f"{member}!" if member else ""
    if not isinstance(root.tag, str) or etree.QName(root).localname != "processDataSet":
        records.rejections.append(
            rejection(
                "missing_element",
                f"{place}/",
                field="processDataSet",
                expected="a process dataset",
                found=str(root.tag),
            )
        )
        return
    row = _dataset(found.others, root, f"{place}/processDataSet")
    problems = dataset_problems(row)
    records.rejections += problems
    if problems:
        return
    records.datasets.append(row)
    if not row.get("declared_property_uuid"):
        records.notes.append(
            f"Dataset {row['dataset_uuid']} does not say its declared unit: land the zip of the export. "
            "資料集未載明宣告單位：請改提供含流程資料之完整匯出壓縮檔。"
        )
    identity = {"dataset_uuid": row["dataset_uuid"], "dataset_version": row["dataset_version"]}
    for amount, node in _amounts(root, place):
        records.add_amount({**identity, **amount}, _printed(node))


def _printed(node: etree._Element) -> str:
    return str(etree.tostring(node, encoding="unicode", with_tail=False))


def _dataset(
    others: Mapping[str, etree._Element], root: etree._Element, locator: str
) -> dict[str, str | None]:
    process, modelling = root.find("{*}processInformation"), root.find("{*}modellingAndValidation")
    owner = root.find("{*}administrativeInformation/{*}publicationAndOwnership")
    time = process.find("{*}time") if process is not None else None
    method = modelling.find("{*}LCIMethodAndAllocation") if modelling is not None else None
    sources = (
        modelling.find("{*}dataSourcesTreatmentAndRepresentativeness") if modelling is not None else None
    )
    systems = (
        "{*}modellingAndValidation/{*}complianceDeclarations/{*}compliance/{*}referenceToComplianceSystem"
    )
    place = root.find("{*}processInformation/{*}geography/{*}locationOfOperationSupplyOrProduction")
    return {
        "format": "ilcd_xml",
        "dataset_uuid": _one(process, "{*}dataSetInformation/{*}UUID"),
        "dataset_version": _one(owner, "{*}dataSetVersion"),
        "name": _text(process, "{*}dataSetInformation/{*}name/{*}baseName"),
        "registration_number": _one(owner, "{*}registrationNumber"),
        "dataset_type": _one(method, "{*}typeOfDataSet"),
        "subtype": _one(method, "{*}other/{*}subType"),
        "reference_year": _one(time, "{*}referenceYear"),
        "valid_until": _one(time, "{*}dataSetValidUntil"),
        "validity_text": _text(time, "{*}timeRepresentativenessDescription"),
        "publication_date": _one(time, "{*}other/{*}publicationDateOfEPD"),
        "compliance": _references(root, systems),
        "compliance_uuid": joined(_attribute(node, "refObjectId") for node in root.iterfind(systems)),
        "product_category_rules": None
        if method is None
        else _references(method, "{*}referenceToLCAMethodDetails"),
        "programme_operator": _reference(owner, "{*}other/{*}referenceToPublisher"),
        "registration_authority": _reference(owner, "{*}referenceToRegistrationAuthority"),
        "owner": _reference(owner, "{*}referenceToOwnershipOfDataSet"),
        "reviewer": _references(
            root,
            "{*}modellingAndValidation/{*}validation/{*}review/{*}referenceToNameOfReviewerAndInstitution",
        ),
        "location": _attribute(place, "location"),
        "background_database": None if sources is None else _references(sources, "{*}referenceToDataSource"),
        "original_epd": _reference(sources, "{*}other/{*}referenceToOriginalEPD"),
        **_declared_unit(others, root),
        "locator": locator,
    }


def _declared_unit(others: Mapping[str, etree._Element], root: etree._Element) -> dict[str, str | None]:
    """Read how much of what the amounts are for: exchange, flow, flow property and unit group."""
    number = _one(root, "{*}processInformation/{*}quantitativeReference/{*}referenceToReferenceFlow")
    exchanges = root.iterfind("{*}exchanges/{*}exchange")
    exchange = next((one for one in exchanges if one.get("dataSetInternalID") == number), None)
    if exchange is None:
        return {}
    row = {"flow_amount": _one(exchange, "{*}resultingAmount") or _one(exchange, "{*}meanAmount")}
    flow = others.get(_attribute(exchange.find("{*}referenceToFlowDataSet"), "refObjectId") or "")
    if flow is None:
        return row
    chosen = _one(flow, "{*}flowInformation/{*}quantitativeReference/{*}referenceToReferenceFlowProperty")
    for one in flow.iterfind("{*}flowProperties/{*}flowProperty"):
        reference = one.find("{*}referenceToFlowPropertyDataSet")
        uuid, amount = _attribute(reference, "refObjectId"), _one(one, "{*}meanValue")
        unit = _unit(others, uuid)
        if uuid in MASS_PROPERTIES:
            row |= {"mass_amount": amount, "mass_unit": unit or "kg"}
        if one.get("dataSetInternalID") == chosen:
            row |= {
                "declared_property_uuid": uuid,
                "declared_property": _text(reference, "{*}shortDescription"),
                "property_amount": amount,
                "declared_unit": unit,
            }
    return row | _material_properties(flow)


def _unit(others: Mapping[str, etree._Element], flow_property: str | None) -> str | None:
    """Return the reference unit of a flow property, by its unit group."""
    holder = others.get(flow_property or "")
    if holder is None:
        return None
    group = others.get(_attribute(holder.find(".//{*}referenceToReferenceUnitGroup"), "refObjectId") or "")
    number = _one(group, ".//{*}referenceToReferenceUnit")
    units = group.iterfind("{*}units/{*}unit") if group is not None else iter(())
    return next((_one(one, "{*}name") for one in units if one.get("dataSetInternalID") == number), None)


def _material_properties(flow: etree._Element) -> dict[str, str | None]:
    """Read density and the like, which the extension writes in MatML."""
    details = {one.get("id"): one for one in flow.iterfind(".//{*}PropertyDetails")}
    row: dict[str, str | None] = {}
    for data in flow.iterfind(".//{*}PropertyData"):
        detail = details.get(data.get("property"))
        column = MATERIAL_PROPERTIES.get((_one(detail, "{*}Name") or "").lower())
        if column and detail is not None:
            units = detail.find("{*}Units")
            row |= {column: _one(data, "{*}Data"), f"{column}_unit": _attribute(units, "name")}
    return row


def _amounts(root: etree._Element, place: str) -> Iterator[tuple[dict[str, str | None], etree._Element]]:
    """Yield each amount in a module: of impact indicators, then of inventory indicators."""
    sections = (
        ("impact", "LCIAResults", "LCIAResult", "referenceToLCIAMethodDataSet"),
        ("inventory", "exchanges", "exchange", "referenceToFlowDataSet"),
    )
    for section, outer, inner, reference in sections:
        held = f"{place}/processDataSet/{outer}"
        for number, entry in enumerate(root.iterfind(f"{{*}}{outer}/{{*}}{inner}"), start=1):
            indicator = entry.find(f"{{*}}{reference}")
            unit = entry.find("{*}other/{*}referenceToUnitGroupDataSet")
            for position, amount in enumerate(entry.iterfind("{*}other/{*}amount"), start=1):
                yield (
                    {
                        "section": section,
                        "indicator_uuid": _attribute(indicator, "refObjectId"),
                        "indicator_name": _text(indicator, "{*}shortDescription"),
                        "module": _attribute(amount, "module"),
                        "scenario": _attribute(amount, "scenario"),
                        "value": (amount.text or "").strip() or None,
                        "unit": _text(unit, "{*}shortDescription"),
                        "unit_group_uuid": _attribute(unit, "refObjectId"),
                        "locator": f"{held}/{inner}[{number}]/other/amount[{position}]",
                    },
                    amount,
                )


READER = IlcdReader()
