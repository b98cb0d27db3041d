"""What /proc shows of the kernel's client, read as recorded from Linux 6.12.118, and as Linux 5.10 prints it."""

import errno
import json
import os
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from plugfest_cifs import mount as mounting
from plugfest_cifs import proc, watch
from plugfest_cifs.job import parse
from plugfest_cifs.numbers import Numbers
from plugfest_smb3.errors import Failed
from plugfest_smb3.job import BadJob
from plugfest_smb3.progress import Progress

SERVER = """{number}) ConnectionId: {id} Hostname: {host} 
ClientGUID: 95E56D1E-A5B6-5449-852E-98D76CA2128F
Number of credits: 389,1,1 Dialect 0x311 posix nosharesock
Server capabilities: 0x300057
TCP status: {tcp} Instance: {instance}
Local Users To Server: 1 SecMode: 0x1 Req On Wire: 0 Net namespace: {namespace} 

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


# Linux 5.10, fs/cifs/cifs_debug.c: no numbers, no host names, and what is of the connection follows its session.
OLDER = """
Number of credits: 389 Dialect 0x311 posix
{number}) Name: {host} Uses: 1 Capability: 0x300057\tSession Status: {session} Security type: RawNTLMSSP
TCP status: {tcp} Instance: {instance}
\tLocal Users To Server: 1 SecMode: 0x1 Req On Wire: 0 In Send: 0 In MaxReq Wait: 0 SessionId: 0x{session_id:x}
\tUser: 0 Cred User: 0
\tShares:
\t0) IPC: \\\\{host}\\IPC$ Mounts: 1 DevInfo: 0x0 Attributes: 0x0
\tPathComponentMax: 0 Status: 1 type: 0 Serial Number: 0x0

\t1) \\\\{host}\\dvd Mounts: 1 DevInfo: 0x20 Attributes: 0x1006f
\tPathComponentMax: 255 Status: {share} type: DISK Serial Number: 0x1adb8747

\tMIDs:
"""
OWN, FOREIGN = 4026531840, 4026532999


def server(number=1, id="0x1", host="10.81.2.101", tcp=1, instance=1, session=1, share=1, namespace=OWN):
    return SERVER.format(**locals())


def older(number=1, host="10.81.2.101", tcp=1, instance=1, session=1, share=1, session_id=0xa1):
    return OLDER.format(**locals())


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

    def test_reads_the_older_form(self):
        text = "CIFS Version 2.29\nServers:" + older(tcp=3, session=3, share=5, instance=2) + older(2, "10.81.2.11")
        one, other = proc.connections(text, "dvd")
        self.assertEqual((one.id, one.host, one.dialect, one.tcp, one.instance),
                         (0, "10.81.2.101", "3.1.1", "need-reconnect", 2))
        self.assertEqual((one.session, one.share, one.session_id), ("need-reconnect", "in-tcon", 0xa1))
        self.assertEqual((other.host, other.tcp, other.share, other.namespace), ("10.81.2.11", "good", "good", 0))

    def test_tells_the_network_namespace(self):
        text = HEAD + server() + server(2, "0x2", namespace=FOREIGN)
        self.assertEqual([each.namespace for each in proc.connections(text, "dvd")], [OWN, FOREIGN])

    def test_reads_the_file_id_in_the_order_of_the_wire(self):
        text = ("# Version:1\n# Format:\n# <tree id> <ses id> <persistent fid> <flags> <count> <pid> <uid> <filename>\n"
                "0x581eee96 0x1de9d8ad 0xca2632bf 0xc002 1 233 0 x.bin\n")
        self.assertEqual(proc.file_id(text, "x.bin", 0x1de9d8ad, 9), "bf3226ca00000000")
        self.assertEqual(proc.file_id(text, "y.bin", 0x1de9d8ad, 9), "")
        self.assertEqual(proc.file_id(text, "x.bin", 1, 233), "")

    def test_reads_the_file_id_where_no_session_is_shown(self):
        text = "# <tree id> <persistent fid> <flags> <count> <pid> <uid> <filename>\n0xe5 0xca2632bf 0xc002 1 233 0 x.bin\n"
        self.assertEqual(proc.file_id(text, "x.bin", 1, 233), "bf3226ca00000000")
        self.assertEqual(proc.file_id(text, "x.bin", 1, 234), "")

    def test_knows_what_the_kernel_says_of_other_mounts(self):
        ours = {"10.81.2.101"}
        for text in ("CIFS: VFS: \\\\10.81.2.101 has not responded in 15 seconds. Reconnecting...",
                     "CIFS: Attempting to mount //10.81.2.101/dvd",
                     "CIFS: VFS: \\\\10.81.2.101\\dvd BAD_NETWORK_NAME: \\\\10.81.2.9\\dvd",
                     "CIFS: No dialect specified on mount"):
            self.assertFalse(proc.is_of_others(text, ours), text)
        for text in ("CIFS: VFS: \\\\10.81.2.10 has not responded in 15 seconds. Reconnecting...",
                     "CIFS: VFS: \\\\10.81.2.1011\\dvd error -13", "CIFS: Attempting to mount //10.81.2.11/dvd"):
            self.assertTrue(proc.is_of_others(text, ours), text)

    def test_reads_counters_and_ports(self):
        self.assertEqual(proc.reconnects("\n1 session 2 share reconnects\nTotal vfs operations: 185\n"), (1, 2))
        tcp = ("  sl  local_address rem_address   st\n"
               "   2: C902510A:8592 6502510A:01BD 01 0\n"
               "   3: C902510A:A824 6502510A:01BD 06 0\n"
               "   4: C902510A:8D42 6602510A:01BD 01 0\n")
        self.assertEqual(proc.local_ports(tcp, "10.81.2.101"), {0x8592})


class NumbersTest(unittest.TestCase):
    """Connections of Linux 5.10, look after look."""

    def setUp(self):
        self.numbers = Numbers()

    def look(self, *shown):
        text = "Servers:" + "".join(older(at, **each) for at, each in enumerate(shown, 1))
        return [each.id for each in self.numbers.of(proc.connections(text, "dvd"))]

    def test_leaves_those_that_have_one(self):
        [one] = self.numbers.of(proc.connections(HEAD + server(id="0x7"), "dvd"))
        self.assertEqual(one.id, 7)

    def test_a_connection_keeps_its_number_through_a_loss_while_others_come_and_go(self):
        self.assertEqual(self.look({"session_id": 1}), [1])
        self.assertEqual(self.look({"session_id": 2}, {"session_id": 1}), [2, 1])
        self.assertEqual(self.look({"session_id": 2, "instance": 2, "tcp": 3}, {"session_id": 1}), [2, 1])
        self.assertEqual(self.look({"session_id": 3, "instance": 2}, {"session_id": 1}), [2, 1])
        self.assertEqual(self.look({"session_id": 3, "instance": 2}), [2])

    def test_those_that_are_lost_at_once_keep_their_order(self):
        self.look({"session_id": 1})
        self.look({"session_id": 2}, {"session_id": 1})
        self.assertEqual(self.look({"session_id": 4, "instance": 2}, {"session_id": 5, "instance": 2}), [2, 1])

    def test_one_that_came_as_another_went_is_a_new_one(self):
        self.look({"session_id": 1})
        self.assertEqual(self.look({"session_id": 2}), [2])


class MountTest(unittest.TestCase):
    """The mount's own half, without a kernel that mounts."""

    def setUp(self):
        self.data, self.refused = HEAD, None
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        credentials = Path(folder.name, "account.json")
        credentials.write_text('{"user": "u", "password": "p"}')
        self.filesystems = Path(folder.name, "filesystems")
        self.filesystems.write_text("nodev\tproc\n")
        for patch in (mock.patch.object(mounting, "FOLDER", Path(folder.name, "cifs")),
                      mock.patch.object(mounting, "FILESYSTEMS", self.filesystems),
                      mock.patch.object(mounting.subprocess, "run", self.run_program),
                      mock.patch.object(proc, "read", lambda _name: self.data),
                      mock.patch.object(proc, "own_namespace", lambda: OWN),
                      mock.patch.object(proc, "established", lambda _address: set())):
            patch.start()
            self.addCleanup(patch.stop)
        job = {"verb": "put", "addresses": ["10.81.2.101", "10.81.2.102"], "share": "dvd", "path": "p", "size": 1,
               "credentials": str(credentials)}
        self.mount = mounting.Mount(parse(json.dumps(job))[0], (), mock.Mock())

    def run_program(self, argv, **_options):
        if argv[0] == "modprobe":
            raise FileNotFoundError(argv[0])
        if argv[0] == "mount.cifs" and self.refused is None:
            self.data = HEAD + server(3, "0x3", namespace=FOREIGN) + server(2, "0x2") + self.data
        return SimpleNamespace(returncode=32 if self.refused else 0, stderr=self.refused)

    def test_takes_no_connection_of_another_network_namespace_for_its_own(self):
        with self.mount as mount:
            self.assertEqual((mount.connection.id, mount.is_alone), (2, False))
            self.data = HEAD + server(3, "0x2", namespace=FOREIGN)
            self.assertIsNone(mount.seen())

    def test_is_alone_where_no_other_namespace_has_connections(self):
        self.data = HEAD + server(id="0x9")
        self.assertEqual([each.id for each in self.mount._all()], [9])
        self.assertTrue(self.mount.is_alone)

    def test_a_kernel_that_knows_no_cifs_is_named(self):
        self.refused = f"mount error: cifs filesystem not supported by the system\nmount error(19): {os.strerror(errno.ENODEV)}\n"
        with self.assertRaisesRegex(Failed, "the kernel .* has no module cifs"):
            self.mount.__enter__()

    def test_any_other_failure_is_in_the_words_of_mount_cifs(self):
        self.refused = "mount error(13): Permission denied\n"
        with self.assertRaisesRegex(Failed, "Permission denied"):
            self.mount.__enter__()
        self.filesystems.write_text("nodev\tcifs\n")
        self.refused = f"mount error(19): {os.strerror(errno.ENODEV)}\n"
        with self.assertRaisesRegex(Failed, "mount error"):
            self.mount.__enter__()

    def test_knows_messages_of_others(self):
        with self.mount as mount:
            self.assertFalse(mount.is_of_others("CIFS: VFS: \\\\10.81.2.102 Send error"))
            self.assertTrue(mount.is_of_others("CIFS: VFS: \\\\10.99.2.102 Send error"))


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
                                     arrived=lambda: self.mount.address, is_alone=True,
                                     is_of_others=lambda text: "10.9.9.9" in text)
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
        self.stats = "\n7 session 8 share reconnects\n"
        patch = mock.patch.object(proc, "read", lambda name: self.stats if name == "Stats" else "")
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

    def test_counts_reconnects_since_the_mount_and_only_where_no_others_are_counted(self):
        self.stats = "\n9 session 8 share reconnects\n"
        self.watch._tell_state()
        self.mount.is_alone = False
        self.watch._tell_state()
        first, second = (fields for ev, fields in self.said if ev == "state")
        self.assertEqual((first["sessionReconnects"], first["shareReconnects"]), (2, 0))
        self.assertEqual(set(first) - set(second), {"sessionReconnects", "shareReconnects"})

    def test_repeats_what_the_kernel_says_of_this_mount_alone(self):
        self.watch._began = 5.0
        for record in ("4,1,4000000,-;CIFS: too early\n", "3,2,6000000,-;CIFS: VFS: \\\\10.9.9.9 Send error\n",
                       "3,3,6000000,-;usb: nothing of ours\n", "3,4,6000000,-;CIFS: VFS: \\\\10.81.2.101 Send error\n"):
            self.watch._heard(record)
        self.assertEqual(self.said, [("kernel", {"level": 3, "text": "CIFS: VFS: \\\\10.81.2.101 Send error"})])

    def test_says_that_messages_cannot_be_read(self):
        with mock.patch.object(watch, "KMSG", "/nowhere/kmsg"):
            self.watch._listen()
        [(ev, fields)] = self.said
        self.assertEqual((ev, fields["level"]), ("kernel", 4))
        self.assertIn("/nowhere/kmsg: No such file", fields["text"])


if __name__ == "__main__":
    unittest.main()
