from . import logistics_event_choose
from . import logistics_event_relink
from . import logistics_proof_record
from . import logistics_reason
