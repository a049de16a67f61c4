from . import test_return_label
