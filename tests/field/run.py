#!/usr/bin/env python3
"""What servers and sources do in the field, one case a kind: run.py PARANEO [CASE...]"""
import sys

import kit
import pages  # noqa: F401
import histories  # noqa: F401
import operations  # noqa: F401
import labels  # noqa: F401
import answers  # noqa: F401
import clocks  # noqa: F401
import exports  # noqa: F401
import queries  # noqa: F401
import sources  # noqa: F401
import wires  # noqa: F401
import writes  # noqa: F401

if __name__ == "__main__":
    sys.exit(kit.main(sys.argv[1], sys.argv[2:]))
