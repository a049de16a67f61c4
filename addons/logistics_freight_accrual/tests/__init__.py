from . import test_readers_broken
from . import test_readers_csv
from . import test_readers_edi
from . import test_readers_properties
from . import test_readers_values
