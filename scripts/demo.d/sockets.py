#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The IP sockets of a process, TCP and UDP, read from /proc, and whether one of them waits for others to come.

usage: sockets.py PID

Exit status: 0 it has IP sockets and none waits for others, 1 one does, 2 wrong usage or no such process, 3 this user
may not look at its descriptors, 4 it has no IP socket at all, of which nothing follows."""
import ipaddress
import os
import pathlib
import re
import sys

# A listening TCP socket; a UDP socket that is connected to nobody hears everybody.
TABLES = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}
NONE_LISTENS, LISTENS, NO_PROCESS, MAY_NOT_LOOK, NO_SOCKET = range(5)


def inodes_of(process):
    """The inodes of its sockets; PermissionError where the kernel does not show them."""
    inodes = set()
    for entry in (process / "fd").iterdir():
        try:
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(entry))
        except FileNotFoundError:
            continue  # closed meanwhile
        if found:
            inodes.add(found[1])
    return inodes


def address_of(text):
    """The kernel prints addresses as words in the machine's byte order."""
    host, port = text.split(":")
    words = bytes.fromhex(host)
    if sys.byteorder == "little":
        words = b"".join(words[at:at + 4][::-1] for at in range(0, len(words), 4))
    address = ipaddress.ip_address(words)
    address = getattr(address, "ipv4_mapped", None) or address
    return f"[{address}]:{int(port, 16)}" if address.version == 6 else f"{address}:{int(port, 16)}"


def sockets_of(process, inodes):
    """(table, local, remote, whether it listens) of each."""
    for table, listening in TABLES.items():
        path = process / "net" / table
        if not path.exists():
            continue  # a kernel without IPv6
        for line in path.read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in inodes:
                yield table, address_of(words[1]), address_of(words[2]), words[3] == listening


def report(sockets):
    for table, local, remote, listens in sockets:
        print(f"{table:<5}{local} " + ("LISTENS" if listens else f"-> {remote}"))
    if any(listens for *_, listens in sockets):
        return LISTENS
    if not sockets:
        print("it has no IP socket at all")
        return NO_SOCKET
    print("none of them listens")
    return NONE_LISTENS


def main(words):
    if len(words) != 1 or not words[0].isdigit():
        print(__doc__, file=sys.stderr)
        return NO_PROCESS
    process = pathlib.Path("/proc") / words[0]
    try:
        inodes = inodes_of(process)
    except PermissionError:
        print("it forbids dumps of itself: only root (with CAP_SYS_PTRACE) may see its descriptors")
        return MAY_NOT_LOOK
    except FileNotFoundError:
        print(f"there is no process {words[0]}", file=sys.stderr)
        return NO_PROCESS
    return report(list(sockets_of(process, inodes)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
