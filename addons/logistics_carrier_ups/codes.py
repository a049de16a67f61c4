"""UPS activity codes, by type of activity, from its public appendices.

They decide where a status code is missing, and give the reason and the place of a
delivery beside one. A code means one thing as a movement and another as an exception.
"""


def _read(text):
    """Read `what/detail: codes`, continued on lines that begin with a blank."""
    table = {}
    for line in text.replace("\n    ", " ").strip().splitlines():
        meaning, _colon, codes = line.partition(": ")
        event_type, _slash, detail = meaning.partition("/")
        table |= dict.fromkeys(codes.split(), (event_type, detail))
    return table


_MOVEMENTS = _read(
    """
shipment_created: OC PL
picked_up: PC PT PU XD
arrived_facility: AR DS HU OR XA XR YH
departed_facility: DP
in_transit: AG AT EP IP YM YN YP
out_for_delivery: OD OF OT YF YI
handled: CA CD CL DL LC LM UA UD UL WH
eta_updated: SP
exception/pickup_failed: VP
"""
)

# Behind the slash of a delivery is where it was left, else the reason.
_DELIVERIES = _read(
    """
delivered: UC FV OO YC PF M1 M2 M6 MC 8N ZE
delivered/person: M7 MG MH MJ MK 3G
delivered/reception: M3 M4 M5 M8 M9 MA MB ME 8O OZ ZG ZH
delivered/neighbour: 3H
delivered/safe_place: 3F ML MM MN MP MQ MR MS MW MX AI NL NT ZF
delivered/mailbox: MU
delivered/locker: P5
delivered/pickup_point: 2Q 2W A0 ZI
delivered/agent: F7
delivered/warehouse: MD
available_for_pickup: EP ZQ 1N
returned_to_sender/return: B0
refused/refused: 53
delivery_attempt_failed/attempt_failed: DO CO 7B
delivery_attempt_failed/recipient_unavailable: CI
delivery_attempt_failed/business_closed: BI FO
delivery_attempt_failed/payment: DI
delivery_attempt_failed/address: 50
exception: 61 62 74 BM CU LM NS NX OE 5F
exception/address: BO DZ MV F2
exception/recipient_unavailable: BS FC
exception/customs: BL RN
instruction_changed: FB EG 38 GW 1Z 2C HI AU 8Q
delayed/carrier_delay: 0 9 12 32 41 42 44 57 98 CB EF EK EL EM EQ
delayed/mechanical: EI
delayed/weather: CR EJ
customs_in_progress: 70
customs_released: 83 BN EZ
customs_hold/customs: B2 L4 RQ ST DK
customs_hold/documents: ET SG
damaged/damage: 28
delivery_discrepancy/shortage: GK
delivery_discrepancy/split: KU
eta_updated: F1
arrived_facility: 2D F0
departed_facility: 2J F3
in_transit: 7A EC YH
out_for_delivery: 2K 7K
picked_up: VS
return_created: MY
on_hold: TW
handled: 85 86 FD UJ
unmapped: 4X 9E EA EB EE FI FZ L6 SB SE
"""
)

_MANIFESTS = _read(
    """
shipment_created: DP MP RD
shipment_cancelled: VP
"""
)

_UPDATES = _read(
    """
pod_available: PX
eta_updated: UP UT
"""
)

# RZ and BB are left out: UPS uses them for a hold and for its end.
_EXCEPTIONS = _read(
    """
arrived_facility: F0 GD RC ZK ZV
available_for_pickup: 6B 8I I5 UE ZP
claim_updated: 2G 3Z 5A 5B 6W 6X GN GO GQ GR I9 LN LO LQ UL UW UX
customs_hold/customs: 1U 2N 2T 5 7P B4 B8 BW BX CE CF CT DE E4 E8 E9 ES L3 LV OB
    R1 R4 R5 RD RE RJ RM RP RU SF SS SV T9 VK X2 X3 X7 XJ XK XL XY Y1 YA
customs_hold/documents: 1W 29 2B 40 43 4T 71 7H 7T 7U AO B5 B9 BA BD BE BG BH BJ
    BK BP CX CZ D0 DN DY EU EV EW FE FF GF GZ L2 L5 OQ OT R6 R7 RA RR RS RX S1
    S2 S3 SJ SL SN SP VP X5 X6 X8 X9 XA XB XC XE XG XN XO XV XW
customs_hold/payment: 1C 7F D9 EY
customs_in_progress: 4C 7I 7M B3 B6 BV C3 D5 DB ER HW MI OI S4 S5 SI SY TE TG TT
    VQ VR X4 Y5 Z1
customs_released: DA X0 Z3
damaged/damage: 13 45 64 65 66 67 A3 A4 HD HE HR TV
delayed/capacity: 1G
delayed/carrier_delay: 1 11 17 18 19 1B 1K 1L 1M 1Q 1V 1X 22 2H 2Y 2Z 3 31 3A 3B
    3C 3T 4 46 4K 4Y 6E 7G 7N 7R 7S 7Y 7Z 8 87 8C 8E 8F 8L 8Y 8Z 9L 9M 9N 9O 9P
    9Q 9R 9S 9T 9U 9V 9X 9Y 9Z C6 CC CD CK CL CM CN CP D4 DC DU E3 ED EH EN FG
    G6 G9 GC GV HA HG HH K1 MT NP NW OD OS P6 Q1 S8 TI TN UK XZ ZY ZZ
delayed/holiday: AZ
delayed/mechanical: 15 16 1O 23 68 CQ DR GH GI LE LF
delayed/missort: 34 6 7 8G D1 YI
delayed/shipper: 8A K2 OM
delayed/strike: B1 DG Q0 RY
delayed/weather: 1E 2A 3D 6D 7V 7W 7X C5 DF DJ PZ
delivered: F4 FT KM
delivery_attempt_failed/attempt_failed: 3J 3L 5Z 84 FM G7 G8 GB HQ IQ IR PI YD
delivery_attempt_failed/business_closed: 55 AY G3 L1 VL ZM
delivery_attempt_failed/payment: 51 52 KZ
delivery_attempt_failed/recipient_unavailable: 48 49 7L C4 KX OH
delivery_discrepancy/discrepancy: YU
delivery_discrepancy/shortage: 24 25 AJ
delivery_failed/damage: A2
delivery_failed/other: 1F 8D BZ IY J0 NI YL
departed_facility: 2O F3
eta_updated: 14 2 3U 76 8K IB IJ O6 RO TH TR YR
exception: 1A 4R 4Z 60 73 93 99 9F BF BQ BR BT C9 CA CV D2 DD DP DT EX F8 H9 HN
    TC UP
exception/address: 47 A5 A6 A7 A8 A9 AA AB AC AD AE AF AG AK AL AV AW C8 CW CY
    DQ DS DW E1 FA H1 H2 H3 H4 H5 OJ TF YF
exception/pickup_failed: G4 G5 KY YW
handled: 3Q 4J 4L 56 59 9D 9J 9K EO HJ HL J9 PG RB T7 T8 V9 VU VV VW YT Z7 Z8 ZU
    ZX
in_transit: 1P 2R 2U 2V 2X 3P 4B 4F 5R 6P 6R 77 89 8M 8R HM I8 IP LX LY OA SX UI
    VX VZ W8 XD Y4 Y9 YX ZN ZW
instruction_changed: 37 39 3R 3V 54 6G 6H 6I 78 79 9I AH AT E0 F5 FW G1 H6 JA JB
    JC JH JI JJ K8 L0 L8 LU LZ O1 O2 O3 O5 O7 O8 O9 OL R3 R8 RF RI RW S0 S7 SO
    SU T3 T4 T5 T6 TB UD UT VM VN ZA ZB ZC ZD
lost/loss: 26 27 S9 TJ UO
on_hold: 1H 4I 5T 72 HO LI MF OR PH UG Y7
out_for_delivery: RK RL ZS
picked_up: HF P4 Z5
refused/damage: KQ
refused/refused: 8H AM AN AP AQ AS KI KR KS KT YE
return_created: 1T
returned_to_sender/return: 4S PP TU UA YJ YK
returning_to_sender/return: 3N 6C 90 A1 CS DL H8 I1 KP O0 O4 RV UF XU
"""
)

ACTIVITIES = {
    # Track Alert counts vehicles that leave for the delivery to it as well.
    "D": _MOVEMENTS | _DELIVERIES,
    "I": _MOVEMENTS,
    "P": _MOVEMENTS,
    "M": _MANIFESTS,
    "MV": _MANIFESTS,
    "U": _UPDATES,
    "X": _EXCEPTIONS,
}
