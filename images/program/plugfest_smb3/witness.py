"""The witness protocol ([MS-SWN]) on Samba's bindings: registers, waits for notifications, and tells of them.

`python3 -m plugfest_smb3.witness` runs this, for the bindings hold the interpreter while they wait for an answer. It reads
one line of JSON from stdin, {"address","name","credentials"}, and prints lines of JSON until it is killed:

    {"what":"registered", "witness"}              the address of the node that watches over `address`
    {"what":"notified", "kind", "to"}             kind: "client-move"|"share-move"|"ip-change"|"unavailable"|"available"
    {"what":"failed", "error"}                    the last line: there is no registration
"""

import json
import sys

TIMEOUT_SECONDS = 120  # how long the server may hold one AsyncNotify back before it is asked anew
TIMED_OUT, NOT_FOUND = 258, 1168  # WERR_TIMEOUT; WERR_NOT_FOUND: the server forgets a client 5 s after it told it to move


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    try:
        watch(asked["address"], asked["name"], asked["credentials"])
    except Exception as error:  # whatever Samba's bindings raise: its text is the answer
        tell("failed", error=f"{type(error).__name__}: {error}")


def tell(what: str, **fields) -> None:
    print(json.dumps({"what": what, **fields}), flush=True)


def watch(address: str, name: str, credentials: str) -> None:
    """Registers for `address` with a node that does not hold it, and tells of what that node says."""
    from samba import WERRORError
    from samba.dcerpc import witness

    open_witness = opener(credentials)
    interfaces = open_witness(address).GetInterfaceList().interfaces
    chosen = next((each for each in interfaces if each.flags & witness.WITNESS_INFO_WITNESS_IF
                   and each.state == witness.WITNESS_STATE_AVAILABLE), None)
    if chosen is None:
        tell("failed", error="no other node is there to be the witness")
        return
    there = open_witness(chosen.ipv4)
    context = there.RegisterEx(witness.WITNESS_V2, chosen.group_name, None, address, name,
                               witness.WITNESS_REGISTER_NONE, TIMEOUT_SECONDS)
    tell("registered", witness=chosen.ipv4)
    there.request_timeout = 2 * TIMEOUT_SECONDS
    while True:
        try:
            answer = there.AsyncNotify(context)
        except WERRORError as error:
            if error.args[0] == TIMED_OUT:
                continue
            tell("failed", error="the server forgot the registration" if error.args[0] == NOT_FOUND else error.args[1])
            return
        for message in answer.messages:
            tell("notified", **said(answer.type, message))


def opener(credentials: str):
    """A function that connects to the witness service of an address."""
    from samba import credentials as kinds, param
    from samba.dcerpc import witness

    with open(credentials, encoding="utf-8") as file:
        account = json.load(file)
    loaded = param.LoadParm()
    who = kinds.Credentials()
    who.guess(loaded)
    who.set_username(account["user"])
    who.set_password(account["password"])
    who.set_domain("")
    who.set_kerberos_state(kinds.DONT_USE_KERBEROS)
    # Integrity is what the service demands ([MS-SWN] 7); privacy would hide the notification from the capture.
    return lambda address: witness.witness(f"ncacn_ip_tcp:{address}[spnego,sign,target_hostname={address}]", loaded, who)


def said(kind: int, message) -> dict:
    """One message of a notification."""
    from samba.dcerpc import witness

    if kind == witness.WITNESS_NOTIFY_RESOURCE_CHANGE:
        gone = message.type != witness.WITNESS_RESOURCE_STATE_AVAILABLE
        return {"kind": "unavailable" if gone else "available", "to": []}
    kinds = {witness.WITNESS_NOTIFY_CLIENT_MOVE: "client-move", witness.WITNESS_NOTIFY_SHARE_MOVE: "share-move",
             witness.WITNESS_NOTIFY_IP_CHANGE: "ip-change"}
    online = [each.ipv4 for each in message.addr if each.flags & witness.WITNESS_IPADDR_ONLINE
              and each.flags & witness.WITNESS_IPADDR_V4]
    return {"kind": kinds[kind], "to": online}


if __name__ == "__main__":
    main()
