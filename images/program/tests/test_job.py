import json
import unittest

from plugfest_smb3.job import BadJob, Mark, parse

PUT = {"verb": "put", "addresses": ["10.0.0.1"], "share": "dvd", "path": "a", "size": 1}


def refused(test, fields, words):
    with test.assertRaisesRegex(BadJob, words):
        parse(json.dumps({**PUT, **fields}))


class JobTest(unittest.TestCase):
    def test_defaults_depend_on_the_verb(self):
        put, get = parse(json.dumps(PUT)), parse(json.dumps({**PUT, "verb": "get"}))
        self.assertEqual((put.handle, put.caching, put.failover, put.hash), ("persistent", "lease", True, ("md5", "sha256")))
        self.assertEqual((get.handle, get.caching, get.failover), ("none", "none", False))

    def test_marks_come_in_order_of_their_offsets(self):
        job = parse(json.dumps({**PUT, "marks": [{"id": "b", "at": 9, "hold": True}, {"id": "a", "at": 3}]}))
        self.assertEqual(job.marks, (Mark("a", 3), Mark("b", 9, True)))

    def test_a_mark_is_a_byte_or_a_count_of_writes(self):
        job = parse(json.dumps({**PUT, "marks": [{"id": "n", "write": 3}, {"id": "a", "at": 3, "slow": True}]}))
        self.assertEqual(job.marks, (Mark("a", 3, slow=True), Mark("n", None, write=3)))
        for wrong in ({"id": "a"}, {"id": "a", "at": 1, "write": 1}, {"id": "a", "at": "1"}):
            refused(self, {"marks": [wrong]}, "a mark is")

    def test_one_address_will_do(self):
        self.assertEqual(parse('{"verb":"negotiate","address":"10.0.0.9"}').addresses, ("10.0.0.9",))

    def test_an_entry_of_one_verb_needs_no_verb(self):
        self.assertEqual(parse('{"file":"/a","size":1}', verb="verify").verb, "verify")

    def test_what_is_not_a_job_is_refused_with_its_reason(self):
        for line, words in (("{", "not JSON"), ("[]", "not a JSON object"), ('{"verb":"push"}', "verb is 'push'")):
            with self.assertRaisesRegex(BadJob, words):
                parse(line)
        refused(self, {"blocksize": 1}, "unknown field blocksize")
        refused(self, {"path": ""}, "put needs path")
        refused(self, {"handle": "strong"}, "handle is 'strong'")
        refused(self, {"window": 0}, "window is 0")
        refused(self, {"size": -1}, "size is -1")
        refused(self, {"size": True}, "size is True")
        refused(self, {"seed": "12"}, "seed is not 32 hex digits")
        refused(self, {"hash": ["crc"]}, "hash 'crc'")
        refused(self, {"addresses": "10.0.0.1"}, "addresses is not a list")
        refused(self, {"rate": 0}, "rate is 0")
        refused(self, {"marks": [{"id": "a"}]}, "a mark is")


if __name__ == "__main__":
    unittest.main()
