"""Start the command line of one node."""

import sys

from node.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
