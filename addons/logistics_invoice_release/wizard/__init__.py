from . import logistics_adopt
from . import logistics_observe
from . import logistics_release_dialog
from . import logistics_release_waive
from . import logistics_reason
from . import logistics_setup_invoicing
from . import sale_advance_payment_inv
