"""What /proc shows of the kernel's client, read as recorded from Linux 6.12.118."""

import json
import unittest
from types import SimpleNamespace
from unittest import mock

from plugfest_cifs import proc, watch
from plugfest_cifs.job import parse
from plugfest_smb3.job import BadJob
from plugfest_smb3.progress import Progress

SERVER = """{number}) ConnectionId: {id} Hostname: {host} 
ClientGUID: 95E56D1E-A5B6-5449-852E-98D76CA2128F
Number of credits: 389,1,1 Dialect 0x311 posix nosharesock
Server capabilities: 0x300057
TCP status: {tcp} Instance: {instance}
Local Users To Server: 1 SecMode: 0x1 Req On Wire: 0 Net namespace: 4026531840 

\tSessions: 
\t1) Address: {host} Uses: 1 Capability: 0x300057\tSession Status: {session} 
\tSecurity type: RawNTLMSSP  SessionId: 0x1de9d8ad

\tShares: 
\t0) IPC: \\\\{host}\\IPC$ Mounts: 1 DevInfo: 0x0 Attributes: 0x0
\tPathComponentMax: 0 Status: 1 type: 0 Serial Number: 0x0

\t1) \\\\{host}\\dvd Mounts: 1 DevInfo: 0x20 Attributes: 0x1006f
\tPathComponentMax: 255 Status: {share} type: DISK Serial Number: 0x1adb8747

"""
HEAD = "CIFS Version 2.51\n\nServers: \n"


def server(number=1, id="0x1", host="10.81.2.101", tcp=1, instance=1, session=1, share=1):
    return SERVER.format(number=number, id=id, host=host, tcp=tcp, instance=instance, session=session, share=share)


class ProcTest(unittest.TestCase):
    def test_finds_each_connection_with_the_state_of_its_share(self):
        text = HEAD + server() + server(2, "0xa", "10.81.2.11", tcp=3, instance=2, session=3, share=5)
        one, other = proc.connections(text, "dvd")
        self.assertEqual((one.id, one.host, one.dialect, one.tcp, one.instance), (1, "10.81.2.101", "3.1.1", "good", 1))
        self.assertEqual((other.id, other.tcp, other.instance), (10, "need-reconnect", 2))
        self.assertEqual((other.session, other.share), ("need-reconnect", "in-tcon"))
        self.assertEqual(one.session_id, 0x1de9d8ad)

    def test_finds_nothing_where_nothing_is_mounted(self):
        self.assertEqual(proc.connections(HEAD + "\nMIDs: \n", "dvd"), [])

    def test_gives_a_state_that_it_does_not_know_as_it_is(self):
        [one] = proc.connections(HEAD + server(tcp=9), "dvd")
        self.assertEqual(one.tcp, "9")

    def test_reads_the_file_id_in_the_order_of_the_wire(self):
        text = ("# Version:1\n# Format:\n# <tree id> <ses id> <persistent fid> <flags> <count> <pid> <uid> <filename>\n"
                "0x581eee96 0x1de9d8ad 0xca2632bf 0xc002 1 233 0 x.bin\n")
        self.assertEqual(proc.file_id(text, "x.bin", 0x1de9d8ad), "bf3226ca00000000")
        self.assertEqual(proc.file_id(text, "y.bin", 0x1de9d8ad), "")
        self.assertEqual(proc.file_id(text, "x.bin", 1), "")

    def test_reads_counters_and_ports(self):
        self.assertEqual(proc.reconnects("\n1 session 2 share reconnects\nTotal vfs operations: 185\n"), (1, 2))
        tcp = ("  sl  local_address rem_address   st\n"
               "   2: C902510A:8592 6502510A:01BD 01 0\n"
               "   3: C902510A:A824 6502510A:01BD 06 0\n"
               "   4: C902510A:8D42 6602510A:01BD 01 0\n")
        self.assertEqual(proc.local_ports(tcp, "10.81.2.101"), {0x8592})


class JobTest(unittest.TestCase):
    def test_takes_options_beside_a_job_of_the_other_client(self):
        text = {"verb": "put", "addresses": ["a"], "share": "s", "path": "p", "size": 1, "options": ["hard"]}
        job, options = parse(json.dumps(text))
        self.assertEqual((job.size, options), (1, ("hard",)))

    def test_refuses_other_verbs_and_options_that_are_two(self):
        for change in ({"verb": "hold"}, {"options": ["hard,user=x"]}, {"options": "hard"}):
            text = {"verb": "put", "addresses": ["a"], "share": "s", "path": "p", "size": 1, **change}
            with self.assertRaises(BadJob):
                parse(json.dumps(text))


class WatchTest(unittest.TestCase):
    """One look after the other at a kernel that is made up."""

    def setUp(self):
        [first] = proc.connections(HEAD + server(), "dvd")
        self.mount = SimpleNamespace(address="10.81.2.101", port=1, connection=first, seen=lambda: self.now,
                                     arrived=lambda: self.mount.address)
        self.now = first
        self.said = []
        say = lambda ev, **fields: self.said.append((ev, fields))  # noqa: E731
        for target in (watch, __import__("plugfest_smb3.progress", fromlist=["emit"])):
            patch = mock.patch.object(target, "emit", say)
            patch.start()
            self.addCleanup(patch.stop)
        patch = mock.patch.object(proc, "established", lambda _address: {1, 2})
        patch.start()
        self.addCleanup(patch.stop)
        self.progress = Progress(())
        self.watch = watch.Watch(self.mount, self.progress, "x")

    def see(self, **state):
        [self.now] = proc.connections(HEAD + server(**state), "dvd")
        self.watch.look()

    def acknowledge(self, at):
        self.watch.look()
        self.progress.ack(at, 10, at + 1.0)
        self.watch.acknowledged()

    def events(self):
        return [ev for ev, _ in self.said if ev not in ("progress", "mark")]

    def test_tells_of_a_loss_when_it_sees_it_and_of_its_end_with_the_next_acknowledgement(self):
        self.acknowledge(0)
        self.see(tcp=3, session=3)
        self.see(tcp=5, instance=2, session=3)
        self.assertEqual(self.events(), ["lost"])
        self.see(tcp=1, instance=2, session=1)
        self.assertEqual(self.said[-1], ("session", {"address": "10.81.2.101", "port": 2}))
        self.acknowledge(10)
        self.acknowledge(20)
        self.assertEqual(self.events(), ["lost", "session", "resumed"])

    def test_tells_of_a_loss_that_was_over_before_it_looked(self):
        self.acknowledge(0)
        [self.now] = proc.connections(HEAD + server(instance=2), "dvd")
        self.acknowledge(10)
        self.assertEqual(self.events(), ["lost", "session", "resumed"])

    def test_a_second_blow_before_anything_was_acknowledged_is_no_second_loss(self):
        self.acknowledge(0)
        self.see(instance=2)
        self.see(tcp=3, instance=2, session=3)
        self.see(instance=3)
        self.acknowledge(10)
        self.assertEqual(self.events(), ["lost", "session", "attempt", "session", "resumed"])


if __name__ == "__main__":
    unittest.main()
