from . import test_adapter
from . import test_booking
from . import test_mapper
