from . import logistics_connection_secret_show
from . import logistics_message_replay
