"""AfterShip: code tables, from its public documentation."""

# Numbers per call. It takes 50; with their whole history that is more than is read.
BATCH_SIZE = 25
# Calls a minute; the list allows six a second.
CALL_RATE = 300

SIGNATURE_HEADER = "aftership-hmac-sha256"

# What is pushed besides a change of the status: only the expected date is news.
ANNOUNCEMENTS = frozenset({"edd_revise", "tracking_pending_time"})

# Subtag of a checkpoint. Pending_001 (nothing known yet) and Expired_001 (nobody looks
# any more) are missing on purpose: they say nothing about the parcel.
SUBTAG_MAP = {
    "Pending_002": "shipment_created",
    "Pending_003": "shipment_created",
    "Pending_004": "shipment_created",
    "Pending_005": "shipment_created",
    "Pending_006": "shipment_created",
    "InfoReceived_001": "shipment_created",
    "InTransit_001": "in_transit",
    "InTransit_002": "picked_up",
    "InTransit_003": "arrived_facility",
    "InTransit_004": "arrived_facility",
    "InTransit_005": "customs_released",
    "InTransit_006": "customs_in_progress",
    "InTransit_007": "departed_facility",
    "InTransit_008": "in_transit",
    "InTransit_009": "instruction_changed",
    "OutForDelivery_001": "out_for_delivery",
    "OutForDelivery_003": "out_for_delivery",
    "OutForDelivery_004": "eta_updated",
    "AvailableForPickup_001": "available_for_pickup",
    "AttemptFail_001": "delivery_attempt_failed",
    "AttemptFail_002": "delivery_attempt_failed",
    "AttemptFail_003": "delivery_attempt_failed",
    "Delivered_001": "delivered",
    "Delivered_002": "delivered",
    "Delivered_003": "delivered",
    "Delivered_004": "delivered",
    "Delivered_005": "delivered",
    "Exception_001": "exception",
    "Exception_002": "exception",
    "Exception_003": "refused",
    "Exception_004": "customs_hold",
    "Exception_005": "delayed",
    "Exception_006": "on_hold",
    "Exception_007": "exception",
    "Exception_008": "delivery_failed",
    "Exception_009": "delivery_failed",
    "Exception_010": "returning_to_sender",
    "Exception_011": "returned_to_sender",
    "Exception_012": "damaged",
    "Exception_013": "lost",
    "Exception_016": "delayed",
    "Exception_017": "delayed",
    "Exception_018": "on_hold",
    "Exception_019": "delayed",
    "Exception_020": "shipment_cancelled",
    "Exception_021": "delivery_failed",
}

# Tag of a checkpoint that has no subtag; one with an unknown subtag is unknown.
TAG_MAP = {
    "InfoReceived": "shipment_created",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AvailableForPickup": "available_for_pickup",
    "AttemptFail": "delivery_attempt_failed",
    "Delivered": "delivered",
    "Exception": "exception",
}

# As the status of a whole tracking these are no news at all.
SILENT = frozenset({"", "Pending", "Pending_001", "Expired", "Expired_001"})

REASON_MAP = {
    "AttemptFail_002": "recipient_unavailable",
    "AttemptFail_003": "business_closed",
    "Exception_002": "address",
    "Exception_003": "refused",
    "Exception_004": "customs",
    "Exception_006": "payment",
    "Exception_007": "address",
    "Exception_012": "damage",
    "Exception_013": "loss",
    "Exception_016": "carrier_delay",
    "Exception_017": "weather",
    "Exception_018": "documents",
    "Exception_019": "carrier_delay",
    "OutForDelivery_004": "appointment",
}

DELIVERY_MODE_MAP = {"Delivered_002": "pickup_point", "Delivered_005": "neighbour"}

# Some words mean the other end of the journey on a parcel that comes back.
RETURN_LEG_MAP = {
    "shipment_created": "return_created",
    "delivered": "return_received",
}

# Where a tracking says when the parcel is expected, the best first: block and field.
ESTIMATES = (
    ("latest_estimated_delivery", "datetime"),
    ("courier_estimated_delivery_date", "estimated_delivery_date"),
    ("aftership_estimated_delivery_date", "estimated_delivery_date"),
    ("custom_estimated_delivery_date", "estimated_delivery_date"),
)

# Codes of an answer that is no success; the others are bad requests.
ERROR_KIND_MAP = {
    "401": "authentication",
    "403": "authentication",
    "404": "not_found",
    "4004": "not_found",
    "429": "quota",
    "500": "unavailable",
    "502": "unavailable",
    "503": "unavailable",
    "504": "unavailable",
}

_COUNTRIES = """
    ABW:AW AFG:AF AGO:AO AIA:AI ALA:AX ALB:AL AND:AD ARE:AE ARG:AR ARM:AM ASM:AS ATA:AQ
    ATF:TF ATG:AG AUS:AU AUT:AT AZE:AZ BDI:BI BEL:BE BEN:BJ BES:BQ BFA:BF BGD:BD BGR:BG
    BHR:BH BHS:BS BIH:BA BLM:BL BLR:BY BLZ:BZ BMU:BM BOL:BO BRA:BR BRB:BB BRN:BN BTN:BT
    BVT:BV BWA:BW CAF:CF CAN:CA CCK:CC CHE:CH CHL:CL CHN:CN CIV:CI CMR:CM COD:CD COG:CG
    COK:CK COL:CO COM:KM CPV:CV CRI:CR CUB:CU CUW:CW CXR:CX CYM:KY CYP:CY CZE:CZ DEU:DE
    DJI:DJ DMA:DM DNK:DK DOM:DO DZA:DZ ECU:EC EGY:EG ERI:ER ESH:EH ESP:ES EST:EE ETH:ET
    FIN:FI FJI:FJ FLK:FK FRA:FR FRO:FO FSM:FM GAB:GA GBR:GB GEO:GE GGY:GG GHA:GH GIB:GI
    GIN:GN GLP:GP GMB:GM GNB:GW GNQ:GQ GRC:GR GRD:GD GRL:GL GTM:GT GUF:GF GUM:GU GUY:GY
    HKG:HK HMD:HM HND:HN HRV:HR HTI:HT HUN:HU IDN:ID IMN:IM IND:IN IOT:IO IRL:IE IRN:IR
    IRQ:IQ ISL:IS ISR:IL ITA:IT JAM:JM JEY:JE JOR:JO JPN:JP KAZ:KZ KEN:KE KGZ:KG KHM:KH
    KIR:KI KNA:KN KOR:KR KWT:KW LAO:LA LBN:LB LBR:LR LBY:LY LCA:LC LIE:LI LKA:LK LSO:LS
    LTU:LT LUX:LU LVA:LV MAC:MO MAF:MF MAR:MA MCO:MC MDA:MD MDG:MG MDV:MV MEX:MX MHL:MH
    MKD:MK MLI:ML MLT:MT MMR:MM MNE:ME MNG:MN MNP:MP MOZ:MZ MRT:MR MSR:MS MTQ:MQ MUS:MU
    MWI:MW MYS:MY MYT:YT NAM:NA NCL:NC NER:NE NFK:NF NGA:NG NIC:NI NIU:NU NLD:NL NOR:NO
    NPL:NP NRU:NR NZL:NZ OMN:OM PAK:PK PAN:PA PCN:PN PER:PE PHL:PH PLW:PW PNG:PG POL:PL
    PRI:PR PRK:KP PRT:PT PRY:PY PSE:PS PYF:PF QAT:QA REU:RE ROU:RO RUS:RU RWA:RW SAU:SA
    SDN:SD SEN:SN SGP:SG SGS:GS SHN:SH SJM:SJ SLB:SB SLE:SL SLV:SV SMR:SM SOM:SO SPM:PM
    SRB:RS SSD:SS STP:ST SUR:SR SVK:SK SVN:SI SWE:SE SWZ:SZ SXM:SX SYC:SC SYR:SY TCA:TC
    TCD:TD TGO:TG THA:TH TJK:TJ TKL:TK TKM:TM TLS:TL TON:TO TTO:TT TUN:TN TUR:TR TUV:TV
    TWN:TW TZA:TZ UGA:UG UKR:UA UMI:UM URY:UY USA:US UZB:UZ VAT:VA VCT:VC VEN:VE VGB:VG
    VIR:VI VNM:VN VUT:VU WLF:WF WSM:WS XKX:XK YEM:YE ZAF:ZA ZMB:ZM ZWE:ZW
    """
# Countries, ISO 3166-1: three letters → two.
COUNTRIES = dict(pair.split(":") for pair in _COUNTRIES.split())
