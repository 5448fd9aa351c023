"""Start the command line of one node."""

import atexit
import gc
import sys

from node.cli.main import main

if __name__ == "__main__":
    # To look for garbage among a thousand modules, again and again while the verb brings
    # them and once more at the end, took a third of a short run.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    sys.exit(main())
