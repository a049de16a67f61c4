"""Checkpoints of DHL Express: the same in Unified tracking and in MyDHL API."""

from .code_table import read

CHECKPOINTS = read(
    """
    delivered 101 OK
    delivered+damaged DD
    in_transit 102 FD SM TP
    exception 103
    exception:address BA CM
    shipment_created 104
    eta_updated AD
    arrived_facility AF AR PL
    customs_in_progress BN IC RR
    customs_released BR CR
    delivery_attempt_failed ND
    delivery_attempt_failed:business_closed CA
    delivery_attempt_failed:recipient_unavailable NH
    available_for_pickup CC
    customs_hold:customs CD UD
    handled CS TR
    departed_facility DF
    delivery_failed:other DS
    on_hold OH
    on_hold:payment HP
    on_hold:shipper SS
    delayed MD
    delayed:missort MC MS
    delivery_discrepancy PD
    picked_up PU SA
    refused:refused RD
    returned_to_sender RT
    instruction_changed SC
    out_for_delivery WC
    - PY
    """
)
