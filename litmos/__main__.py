"""`python -m litmos`."""

import sys

from litmos.cli import main

if __name__ == "__main__":
    sys.exit(main())
