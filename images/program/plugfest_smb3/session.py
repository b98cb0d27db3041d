"""From a TCP connection to a tree: negotiate, NTLM through Samba's gensec, keys, tree connect."""

import time
from dataclasses import dataclass

from . import encryption, messages, signing, status as ntstatus, wire
from .connection import Connection
from .dial import dial
from .errors import Failed, Lost, Refused
from .job import Job
from .leash import Leash
from .negotiate import CAP_MULTI_CHANNEL, Negotiated, negotiate

SHARE_CONTINUOUSLY_AVAILABLE = 0x10


@dataclass(frozen=True)
class Account:
    user: str
    password: str


@dataclass
class Link:
    """A connection with a session and a tree on it. `ms` is how long that took from the first SYN on."""

    connection: Connection
    negotiated: Negotiated
    share_capabilities: int
    ms: float

    def event(self) -> dict:
        found = self.negotiated
        return {"address": self.connection.address, "port": self.connection.port, "dialect": "3.1.1",
                "signing": signing.NAMES[found.signing],
                "encryption": encryption.NAMES[found.cipher] if found.cipher else None, "serverGuid": found.server_guid,
                "capabilities": found.capabilities, "shareCapabilities": self.share_capabilities, "ms": self.ms}


def open_link(address: str, job: Job, account: Account, client_guid: bytes, leash: Leash,
              connect_timeout: float | None = None, channel_sequence: int = 0) -> Link:
    """Raises Lost or Refused with the stage (`connect`, `negotiate`, `session`, `tree`) it came to."""
    began = time.monotonic()
    patience = job.connectTimeoutMs / 1000 if connect_timeout is None else connect_timeout
    connection = Connection(dial(address, patience, leash), address, leash, job.ioTimeoutMs / 1000)
    stage = "negotiate"
    try:
        cipher = None if job.encryption is None else encryption.IDS[job.encryption]
        found = negotiate(connection, client_guid, signing.offered(job.signing), cipher, channels=job.channels > 1)
        stage = "session"
        authenticate(connection, account, found)
        if connection.sealer and job.keys is not None:
            connection.sealer.leave_keys(job.keys)
        stage = "tree"
        connection.channel_sequence = channel_sequence
        capabilities = connect_tree(connection, job.share)
    except Lost as lost:
        connection.drop()
        raise Lost(lost.reason, stage) from None
    except BaseException:
        connection.drop()
        raise
    link = Link(connection, found, capabilities, round((time.monotonic() - began) * 1000, 3))
    if job.channels > 1 and not found.capabilities & CAP_MULTI_CHANNEL:
        connection.drop()
        raise Failed("negotiate", "the server takes one channel only")
    return link


def join(link: Link, job: Job, account: Account, client_guid: bytes, leash: Leash) -> Connection:
    """A further channel of the link's session, to the same address ([MS-SMB2] 3.2.4.2.3.1). Raises Lost or Refused."""
    first = link.connection
    connection = Connection(dial(first.address, job.connectTimeoutMs / 1000, leash), first.address, leash,
                            job.ioTimeoutMs / 1000)
    try:
        cipher = None if link.negotiated.cipher is None else link.negotiated.cipher
        found = negotiate(connection, client_guid, signing.offered(job.signing), cipher, channels=True)
        authenticate(connection, account, found, joins=first)
        connection.channel_sequence, connection.tree_id = first.channel_sequence, first.tree_id
        connection.credits_wanted = first.credits_wanted
    except BaseException:
        connection.drop()
        raise
    return connection


def authenticate(connection: Connection, account: Account, found: Negotiated, joins: Connection | None = None) -> None:
    """SESSION_SETUP until done; checks its last response, and signs, or encrypts, everything after it.

    What `joins` the session of another connection is signed by that session's key until it has a key of its own.
    """
    if joins:
        connection.session_id, connection.binding = joins.session_id, True
        connection.signer = signing.Signer(found.signing, joins.signer.key)
    client = _gensec(account, connection.address)
    done, token = client.update(found.token)
    while True:
        response = connection.call(wire.SESSION_SETUP, messages.session_setup(token, joins is not None))
        connection.session_id = response.session_id
        if response.status not in (ntstatus.SUCCESS, ntstatus.MORE_PROCESSING_REQUIRED):
            raise Refused("session", response.status)
        answer = messages.session_setup_token(response.body)
        if response.status == ntstatus.SUCCESS:
            break
        done, token = client.update(answer)
    if answer and not done:
        client.update(answer)
    transcript, connection.transcript = connection.transcript, None
    key, preauth = client.session_key(), signing.preauth_hash(transcript[:-1])
    connection.signer = signing.Signer(found.signing, signing.signing_key(key, preauth))
    connection.verify(response)
    connection.binding = False
    if joins:
        connection.sealer = joins.sealer  # of the session, not of the channel
    elif found.cipher is not None:
        connection.sealer = encryption.Sealer(found.cipher, connection.session_id, key, preauth)


def _gensec(account: Account, host: str):
    # Imported here: a readiness probe by NEGOTIATE needs none of Samba's libraries.
    from samba import credentials, gensec, param

    loaded = param.LoadParm()
    who = credentials.Credentials()
    who.guess(loaded)
    who.set_username(account.user)
    who.set_password(account.password)
    who.set_domain("")
    who.set_kerberos_state(credentials.DONT_USE_KERBEROS)
    client = gensec.Security.start_client({"lp_ctx": loaded, "target_hostname": host})
    client.set_credentials(who)
    client.want_feature(gensec.FEATURE_SESSION_KEY)
    client.start_mech_by_name("spnego")
    return client


def connect_tree(connection: Connection, share: str) -> int:
    """Connects to the share and returns its capabilities."""
    response = connection.call(wire.TREE_CONNECT, messages.tree_connect(f"\\\\{connection.address}\\{share}"))
    if response.status:
        raise Refused("tree", response.status)
    connection.tree_id = response.tree_id
    return messages.tree_capabilities(response.body)
