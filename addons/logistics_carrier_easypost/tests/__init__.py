from . import test_adapter
