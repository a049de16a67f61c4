from . import logistics_adapter_chronopost
