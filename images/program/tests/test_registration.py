import os
import sys
import time
import unittest

from plugfest_smb3 import registration
from plugfest_smb3.leash import Leash
from plugfest_smb3.registration import Moved, Registration

TO = "10.0.0.2"


class Tied:
    """A leash that nobody lets go of: its lines never come."""

    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(3600)


class RegistrationTest(unittest.TestCase):
    def setUp(self):
        self.leash = Leash(Tied())
        self.command = registration.COMMAND
        null = os.open(os.devnull, os.O_WRONLY)
        self.stdout = os.dup(1)
        os.dup2(null, 1)  # what is emitted is for a driver
        os.close(null)

    def tearDown(self):
        os.dup2(self.stdout, 1)
        os.close(self.stdout)
        registration.COMMAND = self.command

    def registered(self, *lines, name="laptop"):
        """A registration whose process says these lines and then waits."""
        said = "".join(f"print('{line}', flush=True);" for line in lines)
        registration.COMMAND = (sys.executable, "-c", f"import sys;sys.stdin.readline();{said}sys.stdin.read()")
        made = Registration(name, "/none", ("10.0.0.1", TO), self.leash)
        made.begin("10.0.0.1", wait=True)
        return made

    def test_a_move_is_told_once(self):
        made = self.registered('{"what":"notified","kind":"client-move","to":["10.9.9.9","10.0.0.2"]}')
        with self.assertRaises(Moved) as moved:
            made.check()
        self.assertEqual((moved.exception.to, moved.exception.reason), (TO, "witness: client-move to 10.0.0.2"))
        made.check()
        made.end()

    def test_an_address_that_is_gone_is_left_for_any(self):
        made = self.registered('{"what":"notified","kind":"unavailable","to":[]}')
        with self.assertRaises(Moved) as moved:
            made.check()
        self.assertIsNone(moved.exception.to)
        made.end()

    def test_what_is_no_reason_to_go_is_none(self):
        for line in ('{"what":"notified","kind":"available","to":[]}', '{"what":"registered","witness":"10.0.0.2"}',
                     '{"what":"notified","kind":"client-move","to":["10.9.9.9"]}', '{"what":"failed","error":"no"}'):
            with self.subTest(line=line):
                made = self.registered(line)
                made.check()
                made.end()

    def test_what_was_told_before_the_end_is_forgotten(self):
        made = self.registered('{"what":"notified","kind":"unavailable","to":[]}')
        made.end()
        made.check()

    def test_a_client_without_a_name_has_no_process(self):
        made = self.registered(name=None)
        self.assertIsNone(made._process)

    def test_a_process_that_ends_is_waited_for_no_longer(self):
        registration.COMMAND = (sys.executable, "-c", "")
        made = Registration("laptop", "/none", (TO,), self.leash)
        began = time.monotonic()
        made.begin(TO, wait=True)
        self.assertLess(time.monotonic() - began, registration.REGISTER_SECONDS)
        made.check()


if __name__ == "__main__":
    unittest.main()
