from . import logistics_adopt
from . import logistics_event_choose
from . import logistics_event_relink
from . import logistics_mode_pause
from . import logistics_mode_switch
from . import logistics_observe
from . import logistics_proof_record
from . import logistics_reason
