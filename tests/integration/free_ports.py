"""Prints ports of 127.0.0.1 that nobody listens on, none of those that the system gives out by itself:
so nobody gets one before it is bound, or while a server that has it starts again.

  free_ports.py HOW_MANY
"""
import itertools
import pathlib
import random
import socket
import sys

GIVEN_OUT = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


first, last = map(int, GIVEN_OUT.read_text().split())
ports = [port for port in range(10_000, 65_536) if not first <= port <= last]
random.shuffle(ports)
print(*itertools.islice(filter(is_free, ports), int(sys.argv[1])))
