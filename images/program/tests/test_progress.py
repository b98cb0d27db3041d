import unittest
from unittest import mock

from plugfest_smb3 import progress
from plugfest_smb3.job import Mark
from plugfest_smb3.pacing import FOREVER, SLOW_BYTES, Pacing


class Events(list):
    def __call__(self, ev, **fields):
        self.append({"ev": ev, **fields})

    def named(self, name):
        return [event for event in self if event["ev"] == name]


class ProgressTest(unittest.TestCase):
    def setUp(self):
        self.events = Events()
        patch = mock.patch.object(progress, "emit", self.events)
        patch.start()
        self.addCleanup(patch.stop)

    def test_acknowledged_is_what_is_contiguous(self):
        counted = progress.Progress(())
        for offset, expected in ((10, 0), (20, 0), (0, 30), (40, 30), (30, 50)):
            counted.ack(offset, 10, 1.0)
            self.assertEqual(counted.acked, expected)

    def test_marks_fire_once_and_in_order(self):
        counted = progress.Progress((Mark("start", 0), Mark("a", 10), Mark("b", 11), Mark("c", 100)))
        counted.start()
        for at in range(3):
            counted.ack(at * 10, 10, float(at))
        self.assertEqual([(event["id"], event["acked"]) for event in self.events.named("mark")],
                         [("start", 0), ("a", 10), ("b", 20)])

    def test_marks_may_count_acknowledgements(self):
        counted = progress.Progress((Mark("second", None, write=2),))
        counted.ack(10, 10, 1.0)
        self.assertEqual(self.events.named("mark"), [])
        counted.ack(0, 5, 2.0)
        self.assertEqual(self.events.named("mark"), [{"ev": "mark", "id": "second", "at": 5, "acked": 5}])

    def test_the_longest_gaps_are_kept(self):
        counted, now = progress.Progress(()), 0.0
        for index, gap in enumerate((0, 1, 5, 2, 9, 3, 4)):
            now += gap
            counted.ack(index, 1, now)
        self.assertEqual([(gap["ms"], gap["acked"]) for gap in counted.gaps()],
                         [(9000, 4), (5000, 2), (4000, 6), (3000, 5), (2000, 3)])

    def test_time_we_held_back_ourselves_is_no_gap(self):
        counted = progress.Progress(())
        counted.ack(0, 1, 10.0)
        counted.idle(10.5)
        counted.busy(20.5)
        counted.ack(1, 1, 21.0)
        self.assertEqual(counted.gaps()[0]["ms"], 1000)

    def test_a_gap_ends_with_its_acknowledgement_and_a_pause_lies_before_it(self):
        counted = progress.Progress(())
        with mock.patch.object(progress.time, "time", lambda: 1000.0), \
                mock.patch.object(progress.time, "monotonic", lambda: 0.0):
            counted.ack(0, 1, 10.0)
            counted.idle(10.0)
            counted.busy(12.0)
            counted.ack(1, 1, 13.0)
        gap = counted.gaps()[0]
        self.assertEqual((gap["t"], gap["ms"]), (1012.0, 1000.0))

    def test_the_gap_around_a_loss_spans_both_acknowledgements_whatever_the_rate_forbade(self):
        for paced, expected in ((True, 4000.0), (False, 2000.0)):
            counted = progress.Progress(())
            counted.ack(0, 1, 10.0)
            counted.idle(10.0, paced=paced)
            with mock.patch.object(progress.time, "monotonic", lambda: 12.0):
                counted.lost()
            counted.resumes_on("10.0.0.2")
            counted.ack(1, 1, 14.0)
            self.assertEqual(counted.gaps()[0]["ms"], expected)
            self.assertEqual(self.events.named("resumed")[-1]["gapMs"], expected)

    def test_a_loss_ends_with_the_first_acknowledgement(self):
        counted = progress.Progress(())
        counted.ack(0, 1, 1.0)
        counted.resumes_on("10.0.0.2")
        counted.ack(1, 1, 1.75)
        counted.ack(2, 1, 3.0)
        self.assertEqual(self.events.named("resumed"),
                         [{"ev": "resumed", "address": "10.0.0.2", "acked": 2, "gapMs": 750.0}])

    def test_a_request_without_bytes_ends_the_gap_as_well(self):
        counted = progress.Progress(())
        counted.ack(0, 1, 1.0)
        counted.resumes_on("10.0.0.2")
        counted.settled(1.75)
        counted.settled(1.8)
        counted.ack(1, 1, 2.0)
        self.assertEqual([event["gapMs"] for event in self.events.named("resumed")], [750.0])
        self.assertEqual([gap["ms"] for gap in counted.gaps()], [750.0, 250.0])


class PacingTest(unittest.TestCase):
    class Leash:
        released = set()

    def test_nothing_goes_beyond_a_held_mark_until_it_is_released(self):
        leash = self.Leash()
        pacing = Pacing((Mark("free", 5), Mark("held", 10, True), Mark("later", 30, True)), None, leash)
        self.assertEqual(pacing.end(0, 8), 8)
        self.assertEqual(pacing.end(8, 16), 10)
        self.assertEqual((pacing.wait(9, 0.0), pacing.wait(10, 0.0)), (0.0, FOREVER))
        leash.released = {"held"}
        self.assertEqual((pacing.wait(10, 0.0), pacing.end(24, 40)), (0.0, 30))

    def test_behind_a_slow_mark_little_goes_until_it_is_released(self):
        leash = self.Leash()
        pacing = Pacing((Mark("byte", 10, slow=True), Mark("count", None, slow=True, write=7)), None, leash)
        self.assertEqual((pacing.end(8, 16), pacing.slow(9, 1), pacing.slow(10, 2)), (10, False, True))
        leash.released = {"byte"}
        self.assertEqual((pacing.wait(11, 0.0), pacing.slow(11, 3), pacing.slow(20, 7)), (0.0, False, True))
        self.assertEqual((pacing.wait(19 + SLOW_BYTES, 0.0), pacing.wait(20 + SLOW_BYTES, 0.0)), (0.0, FOREVER))
        leash.released = {"byte", "count"}
        self.assertEqual((pacing.wait(20 + SLOW_BYTES, 0.0), pacing.slow(20 + SLOW_BYTES, 99)), (0.0, False))

    def test_a_slow_mark_that_was_released_before_it_came_holds_nothing_up(self):
        leash = self.Leash()
        leash.released = {"byte"}
        pacing = Pacing((Mark("byte", 10, slow=True),), None, leash)
        self.assertEqual((pacing.wait(10, 0.0), pacing.slow(10, 2)), (0.0, False))

    def test_the_rate_is_kept_from_the_first_byte_on(self):
        pacing = Pacing((), 100.0, self.Leash())
        self.assertEqual([pacing.wait(0, 50.0), pacing.wait(100, 50.25), pacing.wait(100, 51.5)], [0.0, 0.75, 0.0])


if __name__ == "__main__":
    unittest.main()
