"""The command line as `python -m jjjkg.cli`."""

import sys

from jjjkg.cli import main

sys.exit(main())
