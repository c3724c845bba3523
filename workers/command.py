"""The `consultant` command: one literal table of what it can do."""

from __future__ import annotations

import atexit
import gc

from consultant.cli.lazy import make_command
from consultant.cli.table import COMMANDS

PROCESSES = {
    "run": ("workers.processes:run", "Run everything in one process, for one machine or for trying it out."),
    "web": ("workers.processes:web", "Serve the review console."),
    "poll": ("workers.processes:poll", "Watch the consult mailbox."),
    "door": ("workers.processes:door", "Open the SMTP/LMTP door, the second way in."),
    "worker": ("workers.processes:worker", "Work on queues of the broker."),
    "beat": ("workers.processes:beat", "Send the periodic sweep to the broker."),
    "sweep": ("workers.processes:sweep", "Find what is due and wake it, once."),
}


# What a command imports stays: looking through it for garbage takes as long as a quarter of a look-up. Those that work
# for long make far more objects than this between two collections.
OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)  # nothing is collected in a process that ends anyway
    make_command({**PROCESSES, **COMMANDS})()


if __name__ == "__main__":
    main()
