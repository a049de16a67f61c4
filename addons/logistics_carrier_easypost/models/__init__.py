from . import logistics_adapter_easypost
