from . import test_readers_broken
from . import test_readers_carriers
from . import test_readers_edifact
from . import test_readers_layouts
from . import test_readers_properties
from . import test_readers_values
from . import test_readers_x12
