"""Numbers for the connections of a kernel that gives them none."""

from dataclasses import replace

from .proc import Connection


class Numbers:
    """Follows them from look to look, by their sessions' ids. A session that was set up anew has another id: it is that of
    a connection which was made anew, and the kernel's list keeps its order, to which new ones come at the front."""

    def __init__(self):
        self._last = 0
        self._before: list[Connection] = []

    def of(self, seen: list[Connection]) -> list[Connection]:
        if all(each.id for each in seen):
            return seen
        by_session = {each.session_id: each.id for each in self._before}
        numbers = [by_session.get(each.session_id, 0) for each in seen]
        left = [each for each in self._before if each.id not in numbers]
        for at in reversed(range(len(seen))):
            if not numbers[at]:
                numbers[at] = self._continued(seen[at], left) or self._new()
        self._before = [replace(each, id=number) for each, number in zip(seen, numbers)]
        return self._before

    @staticmethod
    def _continued(one: Connection, left: list[Connection]) -> int:
        """The number of the last one in the list that it may be; it is taken out of the list."""
        before = next((each for each in reversed(left) if each.host == one.host), None)
        if one.instance <= 1 or before is None:
            return 0
        left.remove(before)
        return before.id

    def _new(self) -> int:
        self._last += 1
        return self._last
