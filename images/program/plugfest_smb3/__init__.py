r"""plugfest's user-space SMB 3.1.1 client, and the payload it writes, reads back and checks.

Two entries, both with this folder's parent in PYTHONPATH:

    python3 -m plugfest_smb3                    on a client: all verbs below
    python3 -m plugfest_smb3.payload verify     on a cluster node: checks a file on the backing store
    python3 -m plugfest_smb3.payload plant      on a cluster node: spoils one until stdin ends, see plant.py

Both read one job from stdin, write events to stdout, and end by themselves. Nothing else is written to stdout.

Stdin
-----
The first line is the job, one JSON object. From then on stdin is a leash: at its end the program closes its handle if
that takes less than half a second, emits `aborted`, and exits 4, at the latest 2 s later. Lines are commands:

    {"cmd":"release","mark":ID}   lets go of a mark that holds; may come before the mark is reached
    {"cmd":"stop"}                as the end of stdin, but `aborted` says {"reason":"stop"}

Other lines are ignored. Exit codes: 0 done (also when the content is wrong: that is in `result`), 1 `error`, 2 `error`
with stage `job` (the job is not one), 4 `aborted`.

Job
---
Unknown fields are refused. ms = milliseconds. put needs addresses, share, path, size; get the same; negotiate needs
address; probe needs address and share; verify needs file and size; hash needs size. What others need is in job.py.

    verb              what goes on as put does after a loss:
                      "hold" (an open file, idle), "put-files" (small files and SHA256SUMS in the directory `path`),
                      "rename" (an open file from path.0 to path.COUNT), "server-copy" (COPYCHUNK, sourcePath to path)
                      what asks the first address once: "contend" (for what a holder has), "names" (which are there),
                      "ioctl" (what is answered to an FSCTL), "get-files" (checks what put-files wrote)
                      and "put" | "get" | "negotiate" | "probe" | "verify" | "hash"; the payload entry needs none
    count             put-files, get-files, verify: how many files of `size`; rename: how many renames
    lease             "RWH" (default) | "RH" | "RW" | "R": what a lease is asked for
    locks             hold, contend: [{"offset","length","exclusive"}]
    echoMs            hold: an ECHO after so long; default 60000, as the Linux kernel's client; null: none
    witness           the client's name, by which it registers with a witness ([MS-SWN]) and is told to move; null: no
                      witness. It is registered before the first open, and again after each loss
    deleteOnClose     hold: the file goes when it is closed
    names             names: paths inside the share;  code: ioctl: "offload-read"|"offload-write"|"trim"|"resume-key"
    addresses         list of IP addresses, the one to try first comes first; or `address`, one of them alone
    share, path       path is inside the share, with / or \
    file              verify, plant: path of the file on the node
    beginning         verify: the file may be longer than `size`, and is not looked at beyond that, or not be there
    defect, at        plant: "flip"|"zero"|"swap"|"stale", and a byte in the block that is spoilt
    size              bytes
    seed              32 hex digits (default: zeros)
    run               run id, any string (default: "")
    generation        whole number >= 0 (default 1)
    handle            "persistent" | "durable" | "durable-v1" | "none". Default: put persistent, get none.
                      persistent is asked for where the share is continuously available, else it asks for durable v2
    caching           "lease" (v2, RWH) | "oplock" (batch) | "none". Default: put lease, get none
    signing           "auto" (the server picks among all three) | "aes-gmac" | "aes-cmac" | "hmac-sha256". Default auto.
                      Signing is always required
    encryption        null, or the one cipher that is offered: "aes-128-ccm" | "aes-128-gcm" | "aes-256-ccm" |
                      "aes-256-gcm". All requests are encrypted with it; a server that does not take it is refused
    keys              null, or a file to which each session's keys are added, a line of JSON {"sessionId","cipher",
                      "client","server"} (hex; who encrypts by it), for readers of a capture; mode 0600
    channels          default 1: connections per session, all to the one address. READs and WRITEs are spread over them;
                      what was under way on one that is lost goes over another, and only the last one is a loss
    blockSize         bytes per request, at most what the server takes; default 1048576
    window            requests in flight at most; default 8
    ioTimeoutMs       default 3000: silence of the server, while an answer is due, after which it is lost; an ECHO is
                      sent after half of it
    connectTimeoutMs  default 1000; the first rounds through the addresses wait 250 ms, 500 ms, ... of it
    giveUpMs          default 45000: from a loss (or the start) on, until a link must be had
    reclaimRetryMs    default 20000: how long a refused reclaim is asked for again, every 100 ms
    durableTimeoutMs  default 60000: what DH2Q asks for
    fallback          "reopen" (default) | "fail": what follows a reclaim that is refused for good
    failover          whether a loss is survived. Default: put true, get false
    hash              list of "md5", "sha256"; default both
    source            null (the payload), or the path of a file of at least `size` bytes to send, or to compare with
    rate              null, or bytes per second at most
    marks             [{"id":ID,"at":BYTES,"hold":BOOL,"slow":BOOL}], both false by default. Nothing at or beyond the
                      byte `at` of a mark that holds is sent (get: asked for) until it is released. put: from `at` of a
                      slow one on, writes are of 64 bytes, one after the other and 512 KiB at most, until it is released;
                      "write":N instead of "at": the mark is the Nth acknowledged write
    credentials       path of a JSON file {"user","password"}; default /etc/plugfest/credentials

Events
------
One JSON object per line: `t` (epoch seconds, microsecond resolution), `ev`, and the fields below. STATUS is a string,
"0xC0000034 NT_STATUS_OBJECT_NAME_NOT_FOUND", or the bare hex value where the name is not known. GRANTED is
{"durable":bool, "persistent":bool, "timeoutMs":int, "lease":"RWH" (any of these letters, or "")|null when none was
answered, "oplock":"none"|"ii"|"exclusive"|"batch"|"lease"}. Fields in ms are numbers with a fraction.

    connected   address, port (local), dialect ("3.1.1"), signing, encryption (null: none), serverGuid, capabilities, shareCapabilities, ms
                once, before `opened`; capabilities are the numbers of [MS-SMB2] 2.2.4 and 2.2.10
    opened      path, fileId (32 hex digits), how ("create"), size (of the file when opened), granted: GRANTED
    progress    acked (contiguous bytes acknowledged), sent (end of the furthest request), acks (since the last
                `progress`), longestGapMs (likewise). At least every 50 ms while acknowledgements arrive, and at the end
    mark        id, at, acked        at once when `at` is acknowledged, once each; of a `write` mark, `at` is `acked`
    break       kind ("lease"|"oplock"), to (what is left: letters as in GRANTED.lease, or an oplock name),
                status: STATUS of our acknowledgement | null when none was wanted
    witness     what ("registered"|"notified"|"failed"), address (of the server it is about), witness (address), kind
                ("client-move"|"share-move"|"ip-change"|"unavailable"|"available"), to (addresses), error
                after a move that it was told of, `lost` has a reason that begins with "witness: "
    channel     what ("opened"|"lost"), address, port (local), left (channels), and for "lost": reason, unacked (requests)
                further channels than the first, after `connected` or `session`, and the loss of one that is not the last
    lost        address, reason, unacked (requests), acked, sinceLastAckMs, doing ("idle"|"echo"|"use"; not put, get)
                a loss lasts until `resumed`; a second blow within it is an `attempt` with stage "resume"
    attempt     address, stage, error
                stage: connect|negotiate|session|tree|reclaim|reopen|open|io|resume; once per distinct triple per loss
    session     address, port, serverGuid, ms      a new session stands, within a loss
    reclaim     address, path, ok, how ("DH2C"|"DHnC"), status: STATUS (the last answer), attempts, fileId, granted: GRANTED
    beside      address, path, what ("reclaimed"|"refused"|"reopened"|"created"|"closed"), status: STATUS
                the same for a further handle than the one that evidence follows; "created": its CREATE was replayed;
                "closed": its CLOSE was under way, and it is gone
    idle        locks (how many), echoMs. hold: half of the file is written, and nothing is asked from here on until
                {"cmd":"release","mark":"idle"} comes
    held        fileId, granted: GRANTED (what it has now). The other half is written and all of it read; idle again until
                the mark "held" is released
    unlocked    locks: [{offset, length, status: STATUS}]   the answers to giving up each lock
    reopened    address, path, reason, granted: GRANTED  a new handle instead of the old one
    replayed    writes, bytes                      all that was unacknowledged is sent again (get: `writes` are reads);
                                                   with the replay flag after a reclaim. Absent when there was none
    resumed     address, acked, gapMs              the first acknowledgement after a loss
    attempts    count, each: [{address, stage, error, count}]    at the end of a loss, also when it ends in `error`
    flushed, closed                                no fields; flushed only for put
    result      see below; the last event of exit 0
    error       stage, status: STATUS|null, message     the last event of exit 1 and 2
                stage: job|credentials|local|hash|credits|lost|connect|negotiate|session|tree|open|read|write|flush|
                close|reclaim
    aborted     reason ("leash"|"stop")                 the last event of exit 4

A gap is the time between two consecutive acknowledgements; time in which nothing was in flight because a held mark or
the rate forbade it does not count; where the connection was lost in a pause for the rate, that pause counts. `t` and
`ms` of a gap end with its acknowledgement.

    result of put, get, verify
        verb, bytes (size of the file), seconds (put, get: from `opened` to `closed`), md5, sha256 (hex, or null when
        not asked for), mbps (10^6 bytes per second of `seconds`), hashMs (put, get: how long after `closed` the hashes
        were ready), gaps: [{t (epoch, when it began), ms, acked}] longest first, at most 5,
        mismatch: null | {offset, class, detail}, badBlocks (64 KiB blocks that differ), verify: bad: [{from, to, class}],
        the first 16 ranges of such blocks
        class: lost|stale|zero|duplicated|torn|short|long|foreign, defined in mismatch.py. put does not compare.
        put hashes the content as it is made or read once more, by another process: beside a copy with a rate, after one
        without; get hashes what was read
    result of hold, put-files, rename, server-copy: as of put; md5 and sha256 of put-files are those of SHA256SUMS
    result of contend   open, writing: STATUS, locks: [{offset, length, status: STATUS}]
    result of names     names: [{path, status: STATUS}]
    result of ioctl     code (hex), status: STATUS
    result of hash (the same hashes that put gives, without a file)
        verb, bytes, seconds, md5, sha256, mbps
    result of negotiate
        verb, address, dialect, signing, serverGuid, capabilities, ms
    result of probe
        verb, and the fields of `connected`
"""
