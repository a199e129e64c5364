"""Runs `outreach` as if it were later: python -m tests.faults.elsewhen SECONDS COMMAND... adds so many to the clock."""

import sys
import time

import time_machine

from outreach.cli import main

if __name__ == "__main__":
    with time_machine.travel(time.time() + float(sys.argv.pop(1)), tick=True):
        main()
