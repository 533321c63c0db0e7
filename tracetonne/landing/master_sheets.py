"""The master-data workbook: sheets, columns, lists and their meaning, in English and Traditional Chinese.

One definition serves the form that `new-site` writes, the reader that checks it, and the documentation. A
sheet holds keys in row 1, labels in row 2 and data from row 3; the same table may come as CSV with the keys
as heading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracetonne.landing import vocabulary

# Kinds of cells: code (identifies something), text, number, positive, share, date, month, choice, unit,
# cn_code (of a CBAM good), product_code (of any good), country, time_zone, good, route.
FIRST_DATA_ROW = 3

# What is offered in drop-down lists; a cell may hold any spelling that the unit seeds know.
OFFERED_UNITS = ("t", "kg", "kWh", "MWh", "m3", "Nm3", "1000Nm3", "kL", "L", "GJ", "TJ", "pcs")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Args:
        key: Heading in row 1, and the column of the landing table.
        label_zh: Label in row 2.
        kind: How a cell is read; see the list above.
        help_en: What to enter.
        help_zh: The same in Traditional Chinese.
        required: A row without it is rejected.
        choices: Entries of a `choice`, each with its meaning in Traditional Chinese.
        refers: Sheet whose key the cell must name.
        default: What a blank cell means, entered in the form as an example of what stands there.
    """

    key: str
    label_zh: str
    kind: str
    help_en: str
    help_zh: str
    required: bool = False
    choices: Mapping[str, str] | None = None
    refers: str = ""
    default: str = ""


@dataclass(frozen=True)
class MasterSheet:
    """One table of master data.

    Args:
        name: Sheet name.
        table: Landing table.
        title_en: What a row is.
        title_zh: The same in Traditional Chinese.
        unique: Columns that name a row; rows with the same names may not be valid at the same time.
        columns: Columns in order.
        needed: Without any row nothing can be computed, so that an empty sheet is reported.
    """

    name: str
    table: str
    title_en: str
    title_zh: str
    unique: tuple[str, ...]
    columns: tuple[Column, ...]
    needed: bool = True

    def column(self, key: str) -> Column:
        """Return a column by key."""
        return next(column for column in self.columns if column.key == key)


METHODS = {
    "combustion": "燃燒排放",
    "process": "製程排放",
    "mass_balance": "質量平衡法",
    "kiln_dust": "水泥窯灰（依煅燒程度；排放係數為熟料之係數）",
    "electricity": "外購電力（間接排放）",
    "co2_transfer": "移轉之二氧化碳（方向 output 為移出，input 為移入；移出須永久固定方得扣除）",
    "inherent_co2": "燃料、廢氣或原料中固有之二氧化碳（隨其移出至另一適用設施者 output，移入者 input）",
    "pfc_slope": "鋁電解全氟碳化物：斜率法",
    "pfc_overvoltage": "鋁電解全氟碳化物：過電壓法",
    "cems_co2": "連續監測二氧化碳",
    "cems_n2o": "連續監測氧化亞氮",
    "heat_import": "輸入製程之可測量熱（蒸汽、熱水）",
    "heat_export": "製程輸出之可測量熱",
    "waste_gas_import": "輸入製程之廢氣",
    "waste_gas_export": "製程輸出之廢氣",
    "electricity_export": "製程自產輸出之電力",
}
DIRECTIONS = {
    "input": "進入製程（一般情形）",
    "output": "離開製程之碳（質量平衡法之產品、副產品、爐渣）",
}
ACTIVITY_SOURCES = {
    "purchases": "以採購發票數量為活動數據",
    "purchases_and_stock": "期初庫存＋採購－期末庫存",
    "ledger": "生產日報之投入量",
    "meter": "表計讀值",
    "bill": "能源帳單",
    "clinker_balance": "由水泥出貨、庫存與熟料比推算之熟料產量",
    "measurement": "量測紀錄（陽極效應、煙道連續監測）",
}
ATTRIBUTION_METHODS = {
    "sub_meter": "依分表讀值",
    "heat": "依用熱量",
    "functional_unit": "依產量（功能單位）",
    "molar_share": "依莫耳數（化學品；須於製程頁填莫耳質量）",
    "declared_share": "依申報比例（需填比例，各製程合計為 1）",
    "power": "廠內發電用燃料（非汽電共生），依發電量",
    "chp_power": "汽電共生之發電",
    "chp_steam": "汽電共生之蒸汽",
    "chp_hot_water": "汽電共生之熱水",
    "chp_exhaust": "汽電共生之排氣直接利用",
}
MATERIAL_ROLES = {
    "fuel": "燃料",
    "waste_gas": "製程廢氣作為燃料（如高爐氣；於電力及熱之係數以天然氣為上限）",
    "process": "製程原料或產出（製程排放、質量平衡）",
    "precursor": "前驅物（如盤元）",
    "electricity": "電力",
    "other": "其他（例如廢料、包材）",
}
CO2_DESTINATIONS = {
    "geological_storage": "長期地質封存（CCS）",
    "chemically_bound": "永久化學固定於產品（CCU）",
    "regulated_installation": "另一適用 EU ETS 或 CBAM 之設施（限 inherent_co2）",
    "other_use": "其他用途（如飲料、尿素），不得扣除",
}
COMBUSTION_USES = {
    "stationary": "固定源（鍋爐、窯爐、加熱爐等）",
    "mobile": "移動源（汽油車為有氧化觸媒者）",
    "mobile_uncontrolled": "移動源：汽油車，未控制",
    "mobile_low_mileage": "移動源：1995 年後低里程輕型汽油車",
}
CALIBRATION_CLASSES = {
    "external": "有外部校正或有多組數據佐證",
    "internal": "有內部校正或經會計簽證",
    "none": "未校正或未彙整紀錄",
}
FEE_PLANS = {
    "none": "無核定之自主減量計畫（一般費率）",
    "A": "優惠費率 A：行業別指定削減率",
    "B": "優惠費率 B：技術標竿指定削減率",
}
YES_NO = {"yes": "是", "no": "否"}
LEAKAGE_PHASES = {"1": "第一期（0.2）", "2": "第二期（0.4）", "3": "第三期（0.6）"}
TARGET_INDUSTRIES = {"steel": "鋼鐵業", "cement": "水泥業", "other": "其他行業"}
BASE_CATEGORIES = {
    "total": "全廠排放量（行業別目標用）",
    "electricity": "使用電力間接排放",
    "stationary_fuel": "固定燃燒排放",
    "process_fgas": "製程含氟氣體",
    "process_n2o": "製程氧化亞氮",
    "process_other": "其他製程排放",
    "fugitive_mobile": "逸散與移動排放",
}
PRODUCT_UNITS = {
    "piece": "件（支、個）",
    "set": "組",
    "thousand_pieces": "千件",
    "m": "公尺",
    "km": "公里",
    "m2": "平方公尺",
    "m3": "立方公尺",
    "L": "公升",
    "functional_unit": "功能單位（須於功能單位說明欄寫明）",
}
METER_ROLES = {
    "main": "總表（電力公司計費表）",
    "process": "製程分表",
    "check": "校對表",
    "import": "輸入製程之熱、廢氣計量表",
    "export": "製程輸出之熱、廢氣、電力計量表（含廠內發電機組）",
    "surplus": "售出廠外之自發電力計量表",
    "solar": "太陽光電發電量計量表",
    "wind": "風力發電量計量表",
    "own_use": "再生能源自用電量計量表",
}
COMMODITIES = {
    "electricity": "電力",
    "natural_gas": "天然氣",
    "heat": "蒸汽或熱",
    "steam": "蒸汽（同一製程自汽電共生取用多種熱時）",
    "hot_water": "熱水（同上）",
    "exhaust": "直接利用之排氣（同上）",
    "waste_gas": "廢氣",
    "water": "水",
}
FREQUENCIES = {"monthly": "每月一份", "quarterly": "每季一份", "yearly": "每年一份", "once": "僅一次"}
DOCUMENT_KINDS = {
    "taipower_bill": "台電高壓電費帳單",
    "taipower_pdf_bill": "台電高壓電費帳單（PDF）",
    "national_grid_statement": "National Grid 用電明細（PDF）",
    "city_gas_bill": "天然氣（瓦斯）帳單",
    "fuel_card": "加油卡對帳單",
    "wheeling_statement": "轉供電力對帳單",
    "renewable_certificate": "再生能源憑證（T-REC）",
    "feed_in_statement": "再生能源躉售電費單",
    "meter_calibration": "表計校正報告",
    "batch_ledger": "批次紀錄",
    "meter_csv": "電表 15 分鐘讀值",
    "einvoice": "電子發票",
    "production_ledger": "生產日報",
    "pfc_measurement": "電解槽陽極效應紀錄",
    "cems_reading": "煙道連續監測時報",
    "stock_count": "庫存盤點",
    "lab_certificate": "檢驗報告",
    "supplier_declaration": "供應商前驅物排放聲明",
    "factor_document": "係數文件",
    "import_declaration": "歐盟進口報單明細",
    "certificate_price": "CBAM 憑證公告價格",
    "certificate_transaction": "CBAM 登錄平台憑證交易紀錄",
    "cbam_declaration": "CBAM 年度申報紀錄",
    "shipment": "出貨與最終市場紀錄",
    "cn_scope": "CN 碼納管清單",
    "cbam_template": "CBAM 溝通範本",
    "transport_leg": "運輸里程紀錄",
    "business_travel": "員工差旅紀錄",
    "commuting_survey": "員工通勤調查表",
    "waste_manifest": "廢棄物清運紀錄",
    "purchase_ledger": "採購明細帳",
    "office_lease": "租賃空間用電分攤表",
    "scope3_statement": "盤查類別聲明表",
    "inventory_source": "無計量排放源清單",
    "reduction_plan": "自主減量計畫目標與措施紀錄",
    "reduction_target": "減量目標（SBTi 等）",
    "verification_log": "查驗往來紀錄",
    "filing_record": "主管機關申報紀錄",
    "inventory_statement": "組織盤查聲明事項",
    "operating_event": "異常工況與停復機紀錄",
    "life_cycle_statement": "產品出廠後生命週期階段聲明",
    "manual_entry": "人工填報表",
}
# What the subject of an expected document names, by kind of document.
SUBJECT_OF = {
    "taipower_bill": ("meters", "account"),
    "taipower_pdf_bill": ("meters", "account"),
    "national_grid_statement": ("meters", "account"),
    "city_gas_bill": ("accounts", "account"),
    "meter_calibration": ("meters", "meter"),
    "meter_csv": ("meters", "meter"),
    "pfc_measurement": ("source_streams", "source_stream"),
    "cems_reading": ("source_streams", "source_stream"),
    "einvoice": ("materials", "material"),
    "stock_count": ("materials", "material"),
    "lab_certificate": ("materials", "material"),
    "supplier_declaration": ("materials", "material"),
    "factor_document": ("materials", "material"),
}

_VALID_FROM = Column(
    "valid_from",
    "生效日",
    "date",
    "first day on which the row holds; blank: always",
    "本列生效首日，空白表示一直有效",
)
_VALID_TO = Column(
    "valid_to",
    "失效日（不含）",
    "date",
    "day from which the row no longer holds; blank: still holds",
    "自該日起失效，空白表示仍有效",
)
_NOTE = Column("note", "備註", "text", "anything a colleague should know", "其他說明")


SHEETS: tuple[MasterSheet, ...] = (
    MasterSheet(
        "site",
        "master_site",
        "The site: exactly one row",
        "廠址資料（僅一列）",
        (),
        (
            Column("name", "名稱（英文）", "text", "name of the site in English", "廠區英文名稱", True),
            Column("name_zh", "名稱（中文）", "text", "name in Chinese", "廠區中文名稱"),
            Column(
                "country_code",
                "國別",
                "country",
                "two letters, such as TW",
                "兩碼國別代碼，例如 TW",
                True,
                default="TW",
            ),
            Column(
                "time_zone",
                "時區",
                "time_zone",
                "time zone of the meters",
                "電表使用之時區",
                default="Asia/Taipei",
            ),
            Column(
                "company_id", "統一編號", "code", "unified business number, eight digits", "公司統一編號 8 碼"
            ),
            Column(
                "first_month",
                "起始月份",
                "month",
                "first month with documents, such as 2026-01",
                "開始有資料的月份，例如 2026-01",
                True,
            ),
            _NOTE,
        ),
    ),
    MasterSheet(
        "processes",
        "master_process",
        "Production processes: one row each",
        "生產製程：每列一個製程",
        ("process",),
        (
            Column(
                "process",
                "製程代碼",
                "code",
                "short code, such as carbon_screws",
                "短代碼，例如 carbon_screws",
                True,
            ),
            Column("name", "製程名稱", "text", "name of the process", "製程名稱", True),
            Column(
                "good_category",
                "CBAM 貨品類別",
                "good",
                "aggregated goods category, Annex II to IR (EU) 2023/1773; non_cbam for a process outside "
                "CBAM, such as plating or cutting",
                "CBAM 彙總貨品類別；CBAM 範圍外之製程（如電鍍、切割）填 non_cbam",
                True,
            ),
            Column(
                "production_route",
                "生產路徑",
                "route",
                "production route of that category",
                "該類別之生產路徑",
            ),
            Column(
                "molar_mass_g_per_mol",
                "莫耳質量（g/mol）",
                "positive",
                "molar mass of the good, for attribution by molar_share (chemicals)",
                "貨品之莫耳質量，依莫耳數分配（化學品）時填寫",
            ),
            _NOTE,
        ),
    ),
    MasterSheet(
        "products",
        "master_product",
        "Products: one row each",
        "產品：每列一項產品",
        ("product",),
        (
            Column(
                "product",
                "產品代碼",
                "code",
                "code used in the production ledger",
                "生產日報使用的產品代碼",
                True,
            ),
            Column("name", "產品名稱", "text", "name on invoices", "發票上的品名", True),
            Column(
                "cn_code",
                "CN 碼（8 碼）",
                "product_code",
                "eight digits of the EU Combined Nomenclature; blank only for what a non_cbam process makes",
                "歐盟 CN 碼 8 位數字；僅 non_cbam 製程之產品可空白",
            ),
            Column(
                "process",
                "製程代碼",
                "code",
                "process that makes it",
                "生產該產品的製程",
                True,
                refers="processes",
            ),
            _VALID_FROM,
            _VALID_TO,
            _NOTE,
        ),
    ),
    MasterSheet(
        "product_units",
        "master_product_unit",
        "Units that a product is sold or compared in, beside kg and t: one row each",
        "產品之宣告單位（公斤、公噸以外）：每列一種",
        ("product", "unit"),
        (
            Column(
                "product", "產品代碼", "code", "product that is counted", "產品代碼", True, refers="products"
            ),
            Column("unit", "單位", "choice", "what is counted", "計數單位", True, PRODUCT_UNITS),
            Column(
                "kg_per_unit",
                "每單位質量（公斤）",
                "positive",
                "mass of one unit in kg, as made, without packaging",
                "一單位之質量（公斤），不含包裝",
                True,
            ),
            Column(
                "functional_unit",
                "功能單位說明",
                "text",
                "what the unit does, for how long and how well, by the product category rule",
                "依產品類別規則說明功能、期間與性能",
            ),
            _VALID_FROM,
            _VALID_TO,
            _NOTE,
        ),
        needed=False,
    ),
    MasterSheet(
        "materials",
        "master_material",
        "Fuels, materials, precursors and electricity: one row each",
        "燃料、原料、前驅物與電力：每列一項",
        ("material",),
        (
            Column(
                "material",
                "物料代碼",
                "code",
                "code used in ledgers and stock counts",
                "日報與盤點使用的代碼",
                True,
            ),
            Column("name", "名稱（英文）", "text", "name in English", "英文名稱", True),
            Column("name_zh", "名稱（中文）", "text", "name in Chinese", "中文名稱"),
            Column("role", "用途", "choice", "what it is to the plant", "在廠內的用途", True, MATERIAL_ROLES),
            Column("cn_code", "CN 碼（8 碼）", "cn_code", "needed for precursors", "前驅物必填"),
            Column(
                "country_code", "原產國", "country", "country of production, for precursors", "前驅物之生產國"
            ),
            Column("unit", "單位", "unit", "unit of its quantities", "數量單位", True),
            _NOTE,
        ),
    ),
    MasterSheet(
        "purchase_items",
        "master_purchase_item",
        "How an invoice line names a material: one row a wording",
        "發票品名對照：每列一種寫法",
        ("seller_id", "description"),
        (
            Column(
                "seller_id", "賣方統一編號", "code", "business number of the seller", "賣方統一編號", True
            ),
            Column(
                "description",
                "發票品名",
                "text",
                "description exactly as on the invoice",
                "與發票完全相同的品名",
                True,
            ),
            Column(
                "material",
                "物料代碼",
                "code",
                "material that it means",
                "對應的物料代碼",
                True,
                refers="materials",
            ),
            Column("unit", "單位", "unit", "unit of the line's quantity", "發票數量的單位", True),
            Column(
                "installation",
                "生產設施",
                "text",
                "mill that makes it, as its declaration writes it: for a material from several mills",
                "生產該物料之設施，與其聲明書寫法相同：物料來自數個設施時填寫",
            ),
            _NOTE,
        ),
        needed=False,
    ),
    MasterSheet(
        "accounts",
        "master_account",
        "Accounts at suppliers of energy: what an account delivers, one row each",
        "能源供應商用戶號碼對照：每列一個用戶",
        ("account",),
        (
            Column("account", "用戶號碼", "code", "account number as on the bill", "帳單上的用戶號碼", True),
            Column("name", "說明", "text", "what it is for", "用途說明"),
            Column("commodity", "能源別", "choice", "what is delivered", "供應的能源", True, COMMODITIES),
            Column(
                "material",
                "物料代碼",
                "code",
                "material that it delivers",
                "對應的物料代碼",
                True,
                refers="materials",
            ),
            Column(
                "supplier_id", "供應商統一編號", "code", "business number of the supplier", "供應商統一編號"
            ),
            Column(
                "unit", "單位", "unit", "unit of the bill where it prints a vague one", "帳單單位不明確時採用"
            ),
            _VALID_FROM,
            _VALID_TO,
            _NOTE,
        ),
        needed=False,
    ),
    MasterSheet(
        "meters",
        "master_meter",
        "Meters: one row each",
        "表計：每列一具",
        ("meter",),
        (
            Column("meter", "電表代碼", "code", "name in the meter export", "讀值檔案中的表號", True),
            Column(
                "role",
                "用途",
                "choice",
                "main, process or check meter; import or export of a process (export: also a generator of "
                "power); surplus: power of the site's own making that is sold; solar and wind: what such a "
                "plant of the site makes; own_use: what the site uses of it",
                "總表、製程分表、校對表；製程之輸入或輸出（發電機組為 export）；售出之自發電力為 surplus；"
                "廠內太陽光電、風力發電量為 solar、wind，其自用電量為 own_use",
                True,
                METER_ROLES,
            ),
            Column(
                "process",
                "製程代碼",
                "code",
                "process that a process meter serves",
                "製程分表所屬製程",
                refers="processes",
            ),
            Column("account", "電號", "code", "account on the bill, for a main meter", "總表對應之電號"),
            Column(
                "commodity",
                "能源別",
                "choice",
                "what is metered",
                "計量的能源",
                True,
                COMMODITIES,
                default="electricity",
            ),
            Column("unit", "單位", "unit", "unit of the readings", "讀值單位", True, default="kWh"),
            Column(
                "multiplier",
                "倍數",
                "positive",
                "reading times multiplier is the quantity; blank: 1",
                "讀值乘以倍數等於實際用量，空白為 1",
                default="1",
            ),
            Column(
                "interval_minutes",
                "間隔（分）",
                "positive",
                "length of an interval",
                "讀值間隔分鐘數",
                default="15",
            ),
            Column("uncertainty_pct", "不確定度（%）", "number", "percent of the reading", "讀值之百分比"),
            Column("calibrated_on", "校正日", "date", "last calibration", "最近校正日"),
            Column(
                "calibration_valid_to", "校正有效期限", "date", "last day of its validity", "校正有效期限"
            ),
            Column(
                "register_digits",
                "計數器位數",
                "positive",
                "digits before the point that a register shows before it starts from zero again",
                "計數器整數位數，超過後歸零",
            ),
            Column(
                "first_reading",
                "啟用讀數",
                "number",
                "what the register showed when this meter was put in, on valid_from",
                "電表於生效日裝設時之讀數",
            ),
            Column(
                "last_reading",
                "拆除讀數",
                "number",
                "what the register showed when this meter was taken out, on valid_to",
                "電表於失效日拆除時之讀數",
            ),
            _VALID_FROM,
            _VALID_TO,
            _NOTE,
        ),
        needed=False,
    ),
    MasterSheet(
        "source_streams",
        "master_source_stream",
        "Source streams: one row each",
        "排放源流：每列一項",
        ("source_stream",),
        (
            Column(
                "source_stream",
                "排放源流代碼",
                "code",
                "short code, such as natural-gas",
                "短代碼，例如 natural-gas",
                True,
            ),
            Column("name", "名稱", "text", "name of the source stream", "排放源流名稱", True),
            Column("material", "物料代碼", "code", "what flows", "使用的物料", True, refers="materials"),
            Column(
                "method",
                "計算方法",
                "choice",
                "how its emissions are computed",
                "排放計算方法",
                True,
                METHODS,
            ),
            Column(
                "activity_source",
                "活動數據來源",
                "choice",
                "where its quantity comes from",
                "活動數據取自何處",
                True,
                ACTIVITY_SOURCES,
            ),
            Column("unit", "單位", "unit", "unit of the activity data", "活動數據單位", True),
            Column(
                "direction",
                "方向",
                "choice",
                "output where carbon leaves by it (mass balance); blank: input",
                "質量平衡法中隨產品或副產品離開者填 output，空白為 input",
                choices=DIRECTIONS,
                default="input",
            ),
            Column(
                "combustion_use",
                "燃燒用途",
                "choice",
                "for fuels: where it burns; blank: stationary",
                "燃料之燃燒型式，空白為固定源",
                choices=COMBUSTION_USES,
                default="stationary",
            ),
            Column(
                "built_year",
                "機組建造年",
                "positive",
                "for the fuel of a combined heat and power unit: the year in which the unit was built",
                "汽電共生機組燃料須填：機組建造年（西元）",
            ),
            Column(
                "activity_uncertainty_pct",
                "活動數據不確定度（%）",
                "number",
                "percent, half of the 95 % interval; blank: unknown",
                "活動數據 95% 信賴區間之半寬百分比，空白為未知",
            ),
            Column(
                "calibration_class",
                "儀器校正等級",
                "choice",
                "who calibrated what measures it (inventory form, table 6)",
                "計量儀器之校正情形（清冊表六）",
                choices=CALIBRATION_CLASSES,
            ),
            Column(
                "corroborates",
                "佐證之連續監測源流",
                "code",
                "stack, or inherent_co2 that was sent, which this corroborates; counts in no total",
                "本源流僅供佐證該連續監測源流，或接收方確認之 inherent_co2 移出量，不計入總量",
                refers="source_streams",
            ),
            Column(
                "producing_process",
                "產生廢氣之製程",
                "code",
                "waste gas that makes power or heat: the process it comes from; blank: another plant",
                "用於發電或產熱之廢氣：產生該廢氣之製程，空白為其他設施",
                refers="processes",
            ),
            Column(
                "co2_destination",
                "二氧化碳去向",
                "choice",
                "for co2_transfer and inherent_co2 that leave: where the CO2 goes",
                "移出之二氧化碳去向",
                choices=CO2_DESTINATIONS,
            ),
            Column(
                "co2_evidence",
                "去向證明文號",
                "text",
                "permit, certificate of the bond, or letter of the receiving installation; else no deduction",
                "封存許可、永久固定之證明或接收設施之確認文號，未填不得扣除",
            ),
            _VALID_FROM,
            _VALID_TO,
            _NOTE,
        ),
    ),
    MasterSheet(
        "attribution",
        "master_attribution",
        "Which process bears a source stream: one row a pair",
        "排放源流之製程分配：每列一組",
        ("source_stream", "process", "method"),
        (
            Column(
                "source_stream",
                "排放源流代碼",
                "code",
                "source stream to be attributed",
                "要分配的排放源流",
                True,
                refers="source_streams",
            ),
            Column(
                "process", "製程代碼", "code", "process that bears it", "承擔的製程", True, refers="processes"
            ),
            Column(
                "method",
                "分配方法",
                "choice",
                "key of the attribution",
                "分配依據",
                True,
                ATTRIBUTION_METHODS,
            ),
            Column("share", "分配比例", "share", "for declared_share: from 0 to 1", "僅申報比例需填，0 至 1"),
            _VALID_FROM,
            _VALID_TO,
            Column(
                "reason",
                "理由",
                "text",
                "why this key is right; a verifier asks",
                "選用該分配方法的理由（查證時會詢問）",
                True,
            ),
        ),
    ),
    MasterSheet(
        "carbon_fee",
        "master_carbon_fee",
        "Taiwan carbon fee: what was applied for, recognised and cancelled for a fee year, one row each",
        "碳費：各費用年度之申請、認定與抵減，每年一列",
        ("fee_year",),
        (
            Column(
                "fee_year",
                "排放年度",
                "positive",
                "year of the emissions, such as 2025",
                "排放年度（西元）",
                True,
            ),
            Column(
                "target_industry",
                "行業別",
                "choice",
                "industry of the designated target A",
                "行業別指定削減率之行業",
                choices=TARGET_INDUSTRIES,
            ),
            Column(
                "plan",
                "自主減量計畫",
                "choice",
                "approved reduction plan; blank: none",
                "經核定之自主減量計畫，空白為無",
                choices=FEE_PLANS,
            ),
            Column(
                "plan_applied_on",
                "計畫申請日",
                "date",
                "day of the application: by 30 June it holds for that year",
                "申請日：六月三十日前申請者適用當年度",
            ),
            Column("plan_approval", "計畫核定文號", "text", "number of the approval", "核定文號"),
            Column(
                "is_high_leakage",
                "高碳洩漏風險事業",
                "choice",
                "recognised as a high-leakage business; blank: no",
                "是否經認定為高碳洩漏風險事業，空白為否",
                choices=YES_NO,
            ),
            Column(
                "leakage_phase",
                "碳洩漏期別",
                "choice",
                "phase of the adjustment coefficient",
                "排放量調整係數之期別",
                choices=LEAKAGE_PHASES,
            ),
            Column("leakage_approval", "認定文號", "text", "number of the recognition", "認定文號"),
            Column(
                "offset_increment_tco2e",
                "增量抵換扣除量",
                "number",
                "increments offset under Act Article 24 or an EIA, t CO2e",
                "依氣候法第 24 條或環評抵換之增量，公噸 CO2e",
            ),
            Column(
                "supplied_electricity_tco2e",
                "供電扣除量",
                "number",
                "emissions of electricity supplied to others, t CO2e",
                "供應他人電力之排放量，公噸 CO2e",
            ),
            Column(
                "voluntary_credits",
                "自願減量額度",
                "number",
                "cancelled credits of voluntary and offset projects, t",
                "已註銷之自願減量或抵換專案額度，公噸",
            ),
            Column(
                "early_credits",
                "先期專案額度",
                "number",
                "cancelled credits of early projects, t",
                "已註銷之先期專案減量額度，公噸",
            ),
            Column(
                "foreign_credits",
                "國外減量額度",
                "number",
                "cancelled foreign credits that the ministry recognised, t",
                "經認可並註銷之國外減量額度，公噸",
            ),
            Column(
                "credit_evidence", "額度註銷文號", "text", "number of the cancellation", "減量額度註銷文號"
            ),
            Column(
                "fuel_cut_share",
                "固定燃燒削減率",
                "share",
                "cut of stationary fuel towards the benchmark of Annex 3, from 0 to 1",
                "固定燃燒依附表三標竿之削減率，0 至 1",
            ),
            _NOTE,
        ),
        needed=False,
    ),
    MasterSheet(
        "base_emissions",
        "master_base_emission",
        "Verified emissions of the base years of the designated targets: one row a year and category",
        "減量目標基準年之查驗排放量：每年每類一列",
        ("year", "category"),
        (
            Column("year", "年度", "positive", "year of the emissions, such as 2021", "年度（西元）", True),
            Column("category", "類別", "choice", "what emitted", "排放類別", True, BASE_CATEGORIES),
            Column("emissions_tco2e", "排放量", "number", "t CO2e", "公噸 CO2e", True),
            Column(
                "verification",
                "查驗聲明書編號",
                "text",
                "number of the verification statement",
                "查驗聲明書編號",
                True,
            ),
            _NOTE,
        ),
        needed=False,
    ),
    MasterSheet(
        "expected_documents",
        "master_expected_document",
        "Documents that must arrive: one row each",
        "應到文件：每列一項",
        ("kind", "subject"),
        (
            Column("kind", "文件種類", "choice", "kind of document", "文件種類", True, DOCUMENT_KINDS),
            Column(
                "subject",
                "對象",
                "code",
                "meter, account or material it is about; blank: the whole site",
                "表號、電號或物料代碼，空白表示全廠",
            ),
            Column(
                "frequency", "頻率", "choice", "how often", "多久一份", True, FREQUENCIES, default="monthly"
            ),
            _VALID_FROM,
            _VALID_TO,
            _NOTE,
        ),
    ),
)
BY_NAME: Mapping[str, MasterSheet] = {sheet.name: sheet for sheet in SHEETS}

# Not master data, but a form of the same layout: values that a person enters until the document arrives.
MANUAL_QUANTITIES = {
    "purchased_quantity": "採購數量（發票未到時）",
    "consumption": "使用量（表計或日報缺漏時）",
}
MANUAL_ENTRY = MasterSheet(
    "manual_entry",
    "manual_entry",
    "Values entered by hand until the document arrives: one row each",
    "人工填報：文件到達前暫以人工填報，每列一筆",
    ("entry",),
    (
        Column("entry", "填報編號", "code", "number of this entry", "本筆填報編號", True),
        Column(
            "material", "物料代碼", "code", "material, or leave blank and fill meter", "物料代碼，或改填表號"
        ),
        Column("meter", "電表代碼", "code", "meter, or leave blank and fill material", "表號，或改填物料"),
        Column("process", "製程代碼", "code", "process that used it, if one", "使用的製程（如適用）"),
        Column("product", "產品代碼", "code", "product, if it is about one", "產品（如適用）"),
        Column(
            "quantity_name", "數量種類", "choice", "what the value is", "數值的意義", True, MANUAL_QUANTITIES
        ),
        Column("value", "數值", "number", "the quantity", "數量", True),
        Column("unit", "單位", "unit", "its unit", "數量單位", True),
        Column("period_start", "起日", "date", "first day", "首日", True),
        Column(
            "period_end",
            "迄日（不含當日）",
            "date",
            "day after the last day: 2026-02-01 for January",
            "最後一日的次日，例如一月份填 2026-02-01",
            True,
        ),
        Column("reason", "理由", "text", "why the document is not there", "為何尚無文件", True),
        Column("author", "填報人", "text", "who entered it", "填報人姓名", True),
        Column(
            "approver",
            "核准人",
            "text",
            "who approved it; not the author",
            "核准人姓名，不可與填報人相同",
            True,
        ),
    ),
)


def offered(column: Column) -> tuple[str, ...]:
    """Return the entries that a drop-down list offers for a column, or nothing."""
    if column.choices:
        return tuple(column.choices)
    if column.kind == "good":
        return (*vocabulary.goods(), vocabulary.NON_CBAM)
    if column.kind == "route":
        routes = [route for good in vocabulary.goods().values() for route in good.routes]
        return tuple(dict.fromkeys(routes))
    return OFFERED_UNITS if column.kind == "unit" else ()
