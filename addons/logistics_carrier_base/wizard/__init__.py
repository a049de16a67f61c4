from . import logistics_message_replay
