"""Between the kernel and a witness: what each says, and what the other is told. The kernel is made up, its messages are not."""

import os
import queue
import socket
import struct
import sys
import time
import unittest
from unittest import mock

from plugfest_cifs import witness
from plugfest_cifs.netlink import attributes
from plugfest_smb3 import registration
from plugfest_smb3.errors import Failed
from plugfest_smb3.job import Job
from plugfest_smb3.leash import Leash

HERE, THERE = "10.0.0.1", "10.0.0.2"


class Tied:
    """A leash that nobody lets go of: its lines never come."""

    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(3600)


class Kernel:
    """What the program hears of it, and what it was told."""

    def __init__(self):
        self.says = queue.Queue()
        self.told = queue.Queue()

    def hear(self):
        return [self.says.get()]

    def tell(self, command, said):
        self.told.put((command, attributes(said)))

    def asks(self, command, number, address):
        where = struct.pack("=HH4s", socket.AF_INET, 445, socket.inet_aton(address)).ljust(128, b"\0")
        self.says.put((command, {1: struct.pack("=I", number), 4: where}))


class KernelWitnessTest(unittest.TestCase):
    def setUp(self):
        self.kernel = Kernel()
        self.addCleanup(setattr, registration, "COMMAND", registration.COMMAND)
        patch = mock.patch.object(witness, "Family", lambda _name, _group: self.kernel)
        patch.start()
        self.addCleanup(patch.stop)
        null = os.open(os.devnull, os.O_WRONLY)
        stdout = os.dup(1)
        os.dup2(null, 1)  # what is emitted is for a driver
        os.close(null)
        self.addCleanup(os.close, stdout)
        self.addCleanup(os.dup2, stdout, 1)

    def listening(self, *lines):
        """One whose registration's process says these lines and then waits."""
        said = "".join(f"print('{line}', flush=True);" for line in lines)
        registration.COMMAND = (sys.executable, "-c", f"import sys;sys.stdin.readline();{said}sys.stdin.read()")
        made = witness.KernelWitness(Job("put", (HERE, THERE), witness="laptop", credentials="/none"), Leash(Tied()))
        made.listen()
        self.addCleanup(made.end)
        return made

    def test_the_kernel_is_told_to_move_and_registered_for_where_it_went(self):
        made = self.listening('{"what":"notified","kind":"client-move","to":["10.9.9.9","10.0.0.2"]}')
        self.kernel.asks(witness.REGISTER, 7, HERE)
        command, said = self.kernel.told.get(timeout=10)
        self.assertEqual(command, witness.NOTIFY)
        self.assertEqual(struct.unpack("=II", said[1] + said[12]), (7, 2))
        self.assertEqual((len(said[4]), socket.inet_ntoa(said[4][4:8])), (128, THERE))
        self.assertEqual(made.where(), THERE)
        self.kernel.asks(witness.UNREGISTER, 7, HERE)
        self.kernel.asks(witness.REGISTER, 8, THERE)
        _command, said = self.kernel.told.get(timeout=10)
        self.assertEqual(struct.unpack("=I", said[1]), (8,))

    def test_the_kernel_is_told_of_an_address_that_is_gone(self):
        made = self.listening('{"what":"notified","kind":"unavailable","to":[]}')
        self.kernel.asks(witness.REGISTER, 7, HERE)
        _command, said = self.kernel.told.get(timeout=10)
        self.assertEqual(struct.unpack("=II", said[12] + said[13]), (1, 0xFF))
        self.assertEqual(said[14], HERE.encode() + b"\0")
        self.assertEqual(made.where(), HERE)

    def test_what_the_kernel_wants_for_another_mount_is_left_to_that_one(self):
        made = self.listening('{"what":"registered","witness":"10.0.0.9"}')
        self.kernel.asks(witness.REGISTER, 7, "10.0.0.3")
        self.kernel.asks(witness.REGISTER, 8, HERE)
        made.await_registration()
        self.assertTrue(made.is_kept)
        self.assertEqual(made._id, 8)

    def test_a_kernel_that_knows_no_witness_is_an_error(self):
        with mock.patch.object(witness, "Family", side_effect=FileNotFoundError):
            with self.assertRaises(Failed) as failed:
                self.listening()
        self.assertIn("CONFIG_CIFS_SWN_UPCALL", failed.exception.message)

    def test_a_job_without_a_witness_wants_nothing(self):
        made = witness.KernelWitness(Job("put", (HERE,)), Leash(Tied()))
        made.listen()
        made.await_registration()
        self.assertFalse(made.is_kept)


if __name__ == "__main__":
    unittest.main()
