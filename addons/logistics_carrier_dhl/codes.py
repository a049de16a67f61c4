"""What the divisions of DHL write as `status`, by service: their own event codes.

Codes after `-` say too little or are said of something else: there the general
`statusCode` decides.
"""

from odoo.addons.logistics_carrier_base.code_table import read
from odoo.addons.logistics_carrier_base.dhl_checkpoints import CHECKPOINTS

from . import codes_ecommerce, codes_parcel_nl

_PARCEL_DE = read(
    """
    shipment_created VA
    picked_up AE ES
    exception:pickup_failed AN
    exception BV
    departed_facility AA
    arrived_facility EE
    in_transit NB
    customs_in_progress ZO
    out_for_delivery PO
    delivery_attempt_failed ZN
    available_for_pickup ZF LA
    delivered ZU
    instruction_changed DD
    handled GT
    """
)

# Letters and registered mail. Money that was passed on is no delivery of its own.
_POST_DE = read(
    """
    shipment_created ANNOUNCED
    picked_up POSTED POSTED_MAIL_TERMINAL
    arrived_facility POSTED_ARRIVED ARRIVAL_AT_OFFICE_OF_DELIVERY ARRIVED_TRANSIT
    | ARRIVED_IN_DESTINATION_COUNTRY
    departed_facility DEPARTURE_FROM_INWARD_OE FORWARDED_ABROAD
    in_transit PASSED_LETTER_CENTER TO_BE_SENT_ABROAD BZ BZA BZE MARBURG
    instruction_changed REDIRECTED
    customs_in_progress HANDOVER_CUSTOMS IP_CUSTOMS
    customs_hold:customs HELD_BY_CUSTOMS
    out_for_delivery IN_DELIVERY
    delivery_attempt_failed DELIVERY_ATTEMPTED
    available_for_pickup NOTIFIED NOTIFIED_KEY_ACCOUNT NOTIFIED_PO_BOX
    available_for_pickup:locker NOTIFIED_PACKSTATION
    delivered DELIVERED DELIVERED_ZU_OK CONFIRMED CONFIRMED_BY_SENDER
    | FETCHED FETCHED_NOTIFIED PAID_MAILMAN PAID_EPOS
    delivered:locker FETCHED_PACKSTATION
    returning_to_sender SENT_BACK SENT_BACK_ABROAD
    returned_to_sender RETURNED_TO_SENDER
    handled AMOUNT_TRANSFERRED ISSUE_OF_A_REPLACEMENT_CERTIFICATE_PZA
    - AMBIGUOUS NO_INFO CONFIRMATION_PENDING DELIVERED_ZU_NOT_OK
    | FETCHED_PENDING_DELIVERY_CONFIRMATION FETCHED_PO_BOX_PENDING_DELIVERY_CONFIRMATION
    | FETCHED_KEY_ACCOUNT_PENDING_DELIVERY_CONFIRMATION
    """
)

_PPL = read(
    """
    shipment_created 900
    shipment_cancelled 999
    picked_up 150
    in_transit 500
    arrived_facility 300
    out_for_delivery 400
    available_for_pickup 343
    delivered 450
    delayed 460
    refused:refused 464
    lost:loss 997
    """
)

_FREIGHT = read(
    """
    shipment_booked ACT-2 64-0
    shipment_cancelled 7-0
    in_transit 15-501 31-139 48-0 24-628
    exception:pickup_failed 55-211 55-68 55-21 55-126 55-240 55-241 55-265 55-294 55-20
    | 55-266 55-234
    picked_up 13-0 31-140
    departed_facility 24-0
    arrived_facility 1-0 1-21
    customs_hold:customs 20-126
    customs_released 12-0
    delayed:weather 20-266
    delayed:holiday 20-354
    delayed:strike 20-270
    returning_to_sender 56-222
    on_hold:appointment 20-208 20-209
    on_hold:payment 20-296
    available_for_pickup 20-13
    out_for_delivery 24-501 361-139
    delivery_attempt_failed:business_closed 20-211
    delivery_attempt_failed:recipient_unavailable 56-211
    delivery_attempt_failed:address 20-234
    refused:payment 56-292
    refused:refused 56-284 56-611
    refused:documents 56-241
    delivered 21-0 21-234 21-600 24-600
    delivery_discrepancy:shortage 21-23
    handled 361-140
    """
)

_DGF = read(
    """
    shipment_created DATA_SUBMITTED
    picked_up PICKUP_SUCCESSFUL
    arrived_facility ARRIVED_AT_ORIGIN_FACILITY ARRIVED ARRIVED_PROCESSED_AT_FACILITY
    handled PROCESSED_AT_ORIGIN_FACILITY READY_FOR_DEPARTURE
    departed_facility DEPARTED_FROM_ORIGIN_FACILITY DEPARTED
    customs_in_progress ARRIVED_AT_CUSTOMS
    customs_hold:customs HELD_AT_CUSTOMS
    customs_released CLEARED_BY_CUSTOMS
    out_for_delivery OUT_FOR_DELIVERY
    delivered DELIVERED
    exception DELIVERY_EXCEPTION
    """
)

_PARCEL_PL = read(
    """
    shipment_created EDWP SP_PA
    shipment_cancelled SP_CN
    picked_up DWP PPDOR SP_DWP SP_PU
    in_transit LW LW_PL SP_DW
    arrived_facility LP TRM2 WEJPL
    departed_facility WYJPL
    handled SORT POW
    customs_in_progress EDB EXA SEC
    customs_released EDC EXC
    delayed BCZ LIK SP_ATDSP TRM TRM_X WER ZID ZMA ZOS ZWW_KRYZ
    exception CC
    exception:address AN AN_RA AN_SAS
    exception:capacity AWI_SPCAP
    delivery_discrepancy:shortage PNK
    on_hold:payment BRG
    on_hold:instructions SP_ZAM
    instruction_changed:consignee PNPT PO18 PSHOP SAS SOB ZA ZAIT
    out_for_delivery LK KWC
    delivery_attempt_failed AWI_ROD ZWW ZWW_NSP
    delivery_attempt_failed:recipient_unavailable AWI AWI_DP2 AWI_NSP AWI_ONU AWI_SAS
    delivery_attempt_failed:address AWI_OZ
    delivery_attempt_failed:payment BRG_SAS
    delivery_attempt_failed:capacity SP_CAP
    refused:address AN_BO
    refused:refused OP OP_BWER OP_COD OP_DUB OP_OTH OP_PLA OP_PNK OP_REZ OP_ROD OP_SAS
    | OP_TNZ OP_UMO OP_USK OP_USP
    available_for_pickup OWL OWL_KP OWL_ONO
    available_for_pickup:locker OWL_PS_KP OWL_PS_ONO
    available_for_pickup:pickup_point OWL_SP_KP OWL_SP_ONO DOR_SP SP_DSP SP_KP DOR_POC
    delivered DOR DOR_OTH DOR_RDZ
    delivered:safe_place DOR_LOK
    delivered:neighbour DOR_SAS
    delivered:warehouse DOR_OWL
    delivered:pickup_point SP_DOR
    returning_to_sender AWI_CZAS OP_DO OP_DOK REZ SP_KZW SP_OP SP_TO SP_ZWR ZWR ZWR_AN
    | ZWR_OP ZWR_WER ZWR_ZB ZWR_ZT
    returned_to_sender ZWN
    """
)

_ECOMMERCE_EUROPE = read(
    """
    shipment_created 1
    picked_up 2 3 4 5 6 7 8 9 14 15 16 17 226 228 254 369
    handled 52 255 358 364 367 380
    arrived_facility 27 30 33 37 40 47 234 236 238 240 242
    in_transit 19 22 25 28 31 38 41 230 232 233 354 355 356 377 378 379 302
    departed_facility 20 23 26 29 32 231 235 237
    customs_in_progress 258 368 370
    customs_released 130 133
    out_for_delivery 42
    available_for_pickup:pickup_point 43 44 46
    available_for_pickup:locker 45
    instruction_changed:consignee 53 56 57 58 59 60 61 62 159
    delivered 63 64 69 70 71
    delivered+damaged 306
    delivered:warehouse 65
    delivered:pickup_point 66 68
    delivered:locker 67
    delivery_attempt_failed 72 154 156 161 217 253
    delivery_attempt_failed:recipient_unavailable 73 74 75 82 85 330 372
    delivery_attempt_failed:payment 77 78 86 214 215
    delivery_attempt_failed:address 79 80 81 206
    delivery_attempt_failed:business_closed 87 90 96 395
    delivery_attempt_failed:capacity 88 89 91 92 93 94 95 97 98 200 265
    delivery_attempt_failed:weather 264
    delivery_attempt_failed:consignee 218 222 223
    refused:refused 76 207 208 209 210 211
    damaged:damage 83
    exception:pickup_failed 392
    on_hold 269
    on_hold:recipient_unavailable 141
    on_hold:consignee 142 172 194 219
    on_hold:weather 266
    on_hold:capacity 267
    on_hold:payment 268
    returning_to_sender 99 100 101 102 149 151 152 155 157 160 248 249 259 363 365
    returned_to_sender 366
    """
)

_ECOMMERCE = read(codes_ecommerce.TABLE)

_BY_SERVICE = {
    "dgf": _DGF,
    "ecommerce": _ECOMMERCE,
    "ecommerce-apac": _ECOMMERCE,
    "ecommerce-europe": _ECOMMERCE_EUROPE,
    "ecommerce-ppl": _PPL,
    "express": CHECKPOINTS,
    "freight": _FREIGHT,
    "parcel-de": _PARCEL_DE,
    "parcel-nl": read(codes_parcel_nl.TABLE),
    "parcel-pl": _PARCEL_PL,
    "post-de": _POST_DE,
    "svb": _POST_DE,
}


def find(service, code):
    """Return what a division's code means.

    :param str service: The division, as DHL names it.
    :param str code: Its code.
    :return: The meaning; None when the code is not known, or when it leaves the word to
        the general status.
    :rtype: code_table.Meaning | None
    """
    meaning = _BY_SERVICE.get(service, {}).get(code)
    return meaning if meaning and meaning.event_type else None


def listed(service):
    """Return every code that is listed for a division, with its meaning.

    :rtype: dict[str, code_table.Meaning]
    """
    return dict(_BY_SERVICE.get(service, {}))
