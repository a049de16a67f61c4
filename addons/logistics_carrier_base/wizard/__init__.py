from . import logistics_ahead
from . import logistics_code_map_restore
from . import logistics_foreign_declare
from . import logistics_connection_secret_show
from . import logistics_message_replay
from . import logistics_metrics_token_show
from . import logistics_parcel_choose
from . import logistics_service_compare
