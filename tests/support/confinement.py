# SPDX-License-Identifier: Apache-2.0
"""Runs a program as a systemd unit would have it run, without systemd: in a root that it can only
read, as a user without rights, and with the unit's filter of system calls, by libseccomp.

    python3 confinement.py ROOT RULES PROGRAM [ARGUMENT...]    RULES: a file with what unit_rules() says
"""

import ctypes
import json
import os
import signal
import socket
import sys

DYNAMIC_USER = 61184  # the first of those that systemd gives to DynamicUser=
_PROT_WRITE, _PROT_EXEC = 2, 4
_EQUAL, _MASKED_EQUAL = 4, 7  # of libseccomp's comparisons
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001
_CLONE_NEWNS, _MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = (
    0x20000, 1, 32, 4096, 16384, 1 << 18)
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


class _Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def unit_rules(values, sets_text):
    """What a unit allows: {system call: [comparisons, of which one must hold]}, none: always.

    values(name): the values of a setting, in order. sets_text: what `systemd-analyze
    syscall-filter` prints."""
    sets, name = {}, None
    for line in sets_text.splitlines():
        if line.startswith("@"):
            name = line.strip()
            sets[name] = []
        elif line.startswith(" ") and not line.strip().startswith("#"):
            sets[name].append(line.strip())

    def members(one):
        return {one} if one[0] != "@" else set().union(*(members(part) for part in sets[one]))

    allowed = set()
    for value in values("SystemCallFilter"):
        named = set().union(*(members(part) for part in value.removeprefix("~").split()))
        allowed = allowed - named if value.startswith("~") else allowed | named
    rules = {call: [] for call in sorted(allowed)}
    families = [word for value in values("RestrictAddressFamilies") for word in value.split()]
    rules["socket"] = [(0, _EQUAL, getattr(socket, family), 0) for family in families]
    if values("MemoryDenyWriteExecute") == ["yes"]:
        rules["mprotect"] = [(2, _MASKED_EQUAL, _PROT_EXEC, 0)]
        rules["mmap"] = [(2, _MASKED_EQUAL, bit, 0) for bit in (_PROT_WRITE, _PROT_EXEC)]
    return rules


def _checked(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno() or -result, what)


def _load_filter(rules):
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_EPERM)))
    for name, comparisons in rules.items():
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            continue  # of another architecture
        for one in comparisons or [None]:
            array = (_Comparison * 1)(*([_Comparison(*one)] if one else []))
            _checked(library.seccomp_rule_add_array(context, ctypes.c_uint32(_ALLOW), number,
                                                    1 if one else 0, array), name)
    _checked(library.seccomp_load(context), "seccomp_load")


def _enter(root, libc):
    _checked(libc.unshare(_CLONE_NEWNS), "unshare")
    for source, target, kind, flags in [
            (None, "/", None, _MS_REC | _MS_PRIVATE),
            (root, root, None, _MS_BIND), (None, root, None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY),
            ("proc", f"{root}/proc", "proc", 0)]:
        words = [word and word.encode() for word in (source, target, kind)]
        _checked(libc.mount(*words, ctypes.c_ulong(flags), None), f"mount {target}")
    os.chroot(root)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(DYNAMIC_USER, DYNAMIC_USER, DYNAMIC_USER)
    os.setresuid(DYNAMIC_USER, DYNAMIC_USER, DYNAMIC_USER)


def main(root, rules, *program):
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getppid()
    with open(rules, encoding="ascii") as file:
        allowed = json.load(file)
    _enter(os.path.realpath(root), libc)
    # The change of the user has undone it.
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the test has ended")
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _load_filter(allowed)
    os.execv(program[0], program)


if __name__ == "__main__":
    main(*sys.argv[1:])
