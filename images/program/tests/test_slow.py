"""What workloads do behind a slow mark, and that they go on when it is released."""

import unittest
from types import SimpleNamespace
from unittest import mock

from plugfest_smb3 import workload
from plugfest_smb3.buffers import Pool
from plugfest_smb3.job import Mark
from plugfest_smb3.pacing import FOREVER, SLOW_LENGTH, SLOW_SECONDS, Pacing
from plugfest_smb3.payload import BLOCK
from plugfest_smb3.reader import Reading

ANSWER = SimpleNamespace(sunk=SLOW_LENGTH)


class Consumed:
    def __init__(self):
        self.ranges = []

    def feed(self, _buffer, offset, view):
        self.ranges.append((offset, len(view)))


class ReadingTest(unittest.TestCase):
    def setUp(self):
        self.leash = SimpleNamespace(released=set())
        self.consumed = Consumed()
        mark = Mark("here", 3 * BLOCK + 1, slow=True)
        pool = Pool(4, 2 * BLOCK, lambda: None)
        self.reading = Reading(None, 8 * BLOCK, 2 * BLOCK, pool, self.consumed, Pacing((mark,), None, self.leash))

    def read(self):
        read = self.reading.next(0.0)
        if read is not None and not isinstance(read, tuple):
            read.done(SimpleNamespace(sunk=read.length))
        return read

    def test_reads_the_same_few_bytes_again_and_again_until_it_is_released(self):
        self.assertEqual([self.read().length for _ in range(2)], [2 * BLOCK, 2 * BLOCK])
        glances = [self.read() for _ in range(5)]
        self.assertEqual({(one.offset, one.length) for one in glances}, {(4 * BLOCK, SLOW_LENGTH)})
        self.leash.released.add("here")
        self.assertEqual([self.read().length for _ in range(2)], [2 * BLOCK, 2 * BLOCK])
        self.assertIsNone(self.read())
        self.assertEqual(self.consumed.ranges, [(at * BLOCK, 2 * BLOCK) for at in (0, 2, 4, 6)])

    def test_one_of_them_is_under_way_at_a_time(self):
        self.read(), self.read()
        glance = self.reading.next(0.0)
        self.assertEqual(self.reading.next(0.0), (FOREVER, False))
        glance.done(ANSWER)
        self.assertEqual(self.reading.next(0.0).offset, glance.offset)

    def test_a_read_ends_at_the_payload_block_that_has_the_mark(self):
        pacing = Pacing((Mark("here", BLOCK // 2, slow=True),), None, self.leash)
        reading = Reading(None, 8 * BLOCK, 4 * BLOCK, Pool(4, 4 * BLOCK, lambda: None), self.consumed, pacing)
        self.assertEqual(reading.next(0.0).length, BLOCK)
        self.leash.released.add("here")
        self.assertEqual([reading.next(0.0).length for _ in range(2)], [3 * BLOCK, 4 * BLOCK])


class PacedTest(unittest.TestCase):
    """`paced` of a workload that asks one thing after the other."""

    def test_rests_before_each_thing_behind_the_mark_and_not_after_its_release(self):
        now, rests, leash = [0.0], [], SimpleNamespace(released=set())

        def rest(seconds):
            rests.append(round(seconds, 6))
            now[0] += seconds

        paced = SimpleNamespace(pacing=Pacing((Mark("here", 10, slow=True),), None, leash), _paced=0,
                                progress=mock.Mock(), calls=SimpleNamespace(rest=rest))
        with mock.patch.object(workload.time, "monotonic", lambda: now[0]):
            behind = [workload.Workload.paced(paced, at) for at in (0, 10, 20)]
            leash.released.add("here")
            behind.append(workload.Workload.paced(paced, 30))
        self.assertEqual(behind, [False, True, True, False])
        self.assertEqual(rests, [SLOW_SECONDS, SLOW_SECONDS])
        self.assertEqual(paced._paced, 4)


if __name__ == "__main__":
    unittest.main()
