"""What can go wrong, in the three ways that call for different answers."""

from . import status as ntstatus, wire


class Lost(Exception):
    """The connection, session or open is gone: reconnect and reclaim. `reason` is one short phrase."""

    def __init__(self, reason: str, stage: str = "io"):
        super().__init__(reason)
        self.reason = reason
        self.stage = stage


class Refused(Exception):
    """The server answered with an NTSTATUS that means no."""

    def __init__(self, stage: str, status: int):
        super().__init__(f"{stage}: {ntstatus.text(status)}")
        self.stage = stage
        self.status = status


def accepted(response: wire.Response, stage: str) -> wire.Response:
    """The response, when it is one of success. Raises Lost where session or open are gone, else Refused."""
    if response.status in ntstatus.GONE:
        raise Lost(ntstatus.text(response.status))
    if response.status:
        raise Refused(stage, response.status)
    return response


class Failed(Exception):
    """The job cannot go on; becomes the `error` event."""

    def __init__(self, stage: str, message: str, status: int | None = None):
        super().__init__(message)
        self.stage = stage
        self.message = message
        self.status = status


class Aborted(Exception):
    """The driver let go of the leash (`leash`) or asked to stop (`stop`)."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
