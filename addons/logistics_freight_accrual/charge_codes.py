"""How carriers code their charges, one table per layout of a bill.

Only codes whose published meaning is one of our charge types stand here. What is not
listed is held as unknown until a person says what it is. Sources, as facts: X12 data
element 150 "Special Charge or Allowance Code"; UN/EDIFACT data element 7161 "Special
service description code" (D.96A to D.01A); the charge codes of the UPS billing data
file; the charge names of the FedEx Billing Online data dictionary and service guide;
the special service codes of DHL Express.
"""

from types import MappingProxyType


def _table(text):
    """Return code → type of lines that begin with the type."""
    table = {}
    for line in text.strip().splitlines():
        kind, _blank, codes = line.strip().partition(" ")
        for code in codes.split():
            if table.setdefault(code, kind) != kind:
                raise ValueError(f"The code {code} stands twice")
    return table


def _names(pairs):
    """Return folded name → type."""
    return {
        fold_name(name): kind
        for kind, names in pairs.items()
        for name in names.split(",")
    }


def fold_name(text):
    """Return a charge's name as it is looked up: capitals, single blanks, no end dot.

    :param str text: The name as the carrier writes it.
    :rtype: str
    """
    return " ".join((text or "").upper().split()).rstrip(".")


# 275 and 295 are "Discount - Incentive" and "Discount - Special" in the list; one large
# carrier takes the first off the freight and the second off the fuel surcharge. REP is
# a residential pickup there, and a residential parcel with that carrier. AAJ, CDF and
# RFD are what it credits and corrects with.
_X12 = _table(
    """
    base 400 AIR BAS LHS TCM MIC MIN FFR DLH
    fuel FUE FUL 405 ENS BSC BUA
    discount 270 275 280 285 290 295 DSC VAB QQD TAL
    residential RES REP
    extended_area 260 510 535 BEY BYD ILD ILP OUT PDY
    dimension_correction WTV WRC SCL
    handling 520 690 BKA EXL EXW OVR HUL
    redelivery RCL
    return RET REC
    storage SRG STR ISO IST TST SVS HZS SUF
    detention DET DEP DEB DEW DTL DTU DTV DTB DSF DPU DWP SDC TDT WTG WTM DEM DEA DES
    address_correction 020 600 RCC RCD RDC
    customs_brokerage 145 155 240 360 395 440 BAB CSE CSF CTX CUS
    duty 315 DTD
    import_tax 750
    tax GST TAX TAD TTS TTL SST LLS
    cash_on_delivery COL
    insurance 445 455 INS INC EVC
    option APT DEF IDL IPU LFT 665 670 675 SAT POD 761
    fee SAC SER PUC
    adjustment AAJ CDF RFD IIA PNA PRV 593 230
    """
)

_EDIFACT = _table(
    """
    base FC ABP ABO ACX ADD DL RV TT TV
    fuel AAK
    discount DI TD VAB QD ABZ RAA SF CAC
    redelivery RE
    return AAB
    storage ABA WH
    detention DM
    customs_brokerage ABV CAP
    duty ABW
    tax TX LS TS
    cash_on_delivery CK AEK
    handling HD SH
    insurance IN
    option ID AAT
    adjustment AJ IA SAC
    """
)

# Category detail / classification / description code, joined as `ups_code` does; a
# shorter key counts for all that have no longer one.
_UPS = _table(
    """
    base FRT
    fuel FSC
    residential ACC/RES ACC/RS1 RADJ/FRT/RES
    adjustment RADJ/FRT/COM CADJ GSR AGSR VOID CTGR
    extended_area ACC/RDC ACC/RDR ACC/LDC ACC/LDR ACC/ESD ACC/SDA ACC/SDE
    extended_area ACC/AKC ACC/AKR ACC/HIC ACC/HIR ACC/CAC ACC/CAR
    dimension_correction SCC/FRT ZONE/FRT
    handling ACC/AHC ACC/AHG ACC/AHL ACC/AHW ACC/NCB ACC/NLN
    peak ACC/PSC ACC/PSR ACC/SAH
    address_correction ADC/FRT
    return RTS/FRT DIN/FRT ACC/IRS ACC/ISW
    customs_brokerage BRK
    fee SVCH FPOD
    duty GOV/201 GOV/212
    import_tax GOV/205 GOV/206 GOV/214 GOV/235
    tax TAX
    option ACC/ADS ACC/CSG ACC/DCS ACC/SAT
    """
)

_FEDEX = _names(
    {
        "base": "Transportation Charge,Freight Charge",
        "fuel": "Fuel Surcharge",
        "discount": "Discount,Earned Discount,Grace Discount,Performance Pricing",
        "residential": "Residential,Residential Delivery,Residential Surcharge",
        "extended_area": (
            "DAS,DAS Comm,DAS Resi,DAS Extended Comm,DAS Extended Commercial,"
            "DAS Extended Resi,DAS Remote Comm,DAS Remote Resi,DAS Alaska Comm,"
            "DAS Alaska Resi,DAS Hawaii Comm,DAS Hawaii Resi,DAS HI Residential,"
            "Out of Delivery Area,Out of Pickup Area"
        ),
        "handling": (
            "Additional Handling,AHS - Dimensions,AHS - Weight,Oversize Charge,"
            "Add'l Handling-Dimension"
        ),
        "peak": "Demand Surcharge,Demand-Oversize,Demand-Add'l Handling",
        "return": "Call Tag",
        "address_correction": "Address Correction",
        "customs_brokerage": (
            "Clearance Entry Fee,Advancement Fee,Additional Entry Line Items Fee,"
            "Broker Select Option"
        ),
        "cash_on_delivery": "COD",
        "insurance": "Declared Value",
        "fee": "Courier Pickup Charge,Regularly Scheduled Pickup Mon-Fri",
        "option": "Indirect Signature,Direct Signature,Adult Signature,Appointment",
    }
)

# The weight charge has a column of its own and therefore a name instead of a code.
_DHL = _table(
    """
    fuel FB FC FF
    residential TK
    extended_area OB OC OE OO
    handling YB YC YF YG YH
    redelivery TN
    return TG
    storage LE LG WK
    detention QF TJ
    address_correction MA MB
    customs_brokerage WA WB WC WD WE WF WG WH WI WJ WL WM WN WO DD
    duty XX XE
    import_tax XB
    cash_on_delivery KB
    insurance IB II IC
    option AA AB AC AD SA SB SC SD SE TA TC TD TE SX
    """
) | _names({"base": "Weight Charge", "discount": "Discount 1,Discount 2,Discount 3"})

CODES = MappingProxyType(
    {
        "x12_210": MappingProxyType(_X12),
        "edifact_invoic": MappingProxyType(_EDIFACT),
        "ups_csv": MappingProxyType(_UPS),
        "fedex_csv": MappingProxyType(_FEDEX),
        "dhl_mybill_csv": MappingProxyType(_DHL),
    }
)


def ups_code(detail, classification, description):
    """Return the code of a row of the UPS billing file, of its three code columns.

    :param str detail: Charge Category Detail Code, such as `ISS`, `SCC` or `RTS`.
    :param str classification: Charge Classification Code, such as `FRT` or `ACC`. Rows
        of `INF` are informational and no charges: leave them out before.
    :param str description: Charge Description Code, such as `RES` or `3`.
    :return: `detail/classification/description`, empty parts kept.
    :rtype: str
    """
    parts = (detail, classification, description)
    return "/".join((part or "").strip().upper() for part in parts)


def ups_keys(code):
    """Return the keys under which a code of `ups_code` is looked up, best first.

    What takes a whole shipment back (a credit, a void, a refund) says so by its detail
    code alone; otherwise the accessorial itself tells more than why it was billed.

    :param str code: What `ups_code` returned, or only its last two or one parts.
    :rtype: tuple[str, ...]
    """
    parts = code.split("/")
    if len(parts) != 3:
        return (code,)
    detail, classification, description = parts
    return (
        code,
        detail,
        f"{classification}/{description}",
        f"{detail}/{classification}",
        classification,
    )
