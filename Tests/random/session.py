"""A psql that stays connected, and that need not be waited for."""

import os
import re
import select
import subprocess
import time

END = "--end of answer--"
ERROR = re.compile(r"^(?:ERROR|FATAL|PANIC):  ([0-9A-Z]{5}): (.*)$")


class Answer:
    """What a session printed, the errors in it, and whether the session is still there."""

    def __init__(self, lines, ended):
        self.errors = [match.groups() for match in map(ERROR.match, lines) if match]
        self.lines = [line for line in lines if not line.startswith(("NOTICE:", "WARNING:", "HINT:", "DETAIL:", "LOCATION:"))]
        self.ended = ended

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def state(self):
        return self.errors[0][0] if self.errors else None

    def error(self):
        return "; ".join(f"{state}: {message}" for state, message in self.errors)


class Session:
    """A connection of a role. Everything that it is sent is kept in the transcript of the trial."""

    def __init__(self, name, database, role, transcript, options=""):
        self.name = name
        self.transcript = transcript
        self.environment = os.environ | {
            "PGDATABASE": database, "PGUSER": role, "PGOPTIONS": f"-c client_min_messages=warning {options}"}
        self.process = None
        self.waiting = False
        self.buffer = b""

    def open(self):
        if self.process is not None:
            return
        self.process = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--variable", "VERBOSITY=verbose"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, env=self.environment)
        self.buffer = b""
        self.waiting = False

    def send(self, statements):
        """Sends statements, each ended by a semicolon; the answer is had by answer()."""
        self.open()
        self.transcript.append((self.name, statements))
        try:
            self.process.stdin.write(f"{statements}\n\\echo {END}\n".encode())
        except BrokenPipeError:
            pass
        self.waiting = True

    def answer(self, within):
        """The answer to what was sent last, or nothing when it does not come in so many seconds."""
        ends_at = time.monotonic() + within
        while True:
            head, found, rest = self.buffer.partition(f"{END}\n".encode())
            if found:
                self.buffer = rest
                self.waiting = False
                return Answer(head.decode(errors="replace").splitlines(), False)
            ready, _, _ = select.select([self.process.stdout], [], [], max(ends_at - time.monotonic(), 0))
            if not ready:
                return None
            read = os.read(self.process.stdout.fileno(), 65536)
            if not read:
                lines = self.buffer.decode(errors="replace").splitlines()
                self.close()
                return Answer(lines, True)
            self.buffer += read

    def run(self, statements, within=60):
        """Sends statements and waits for their answer; without one, the session is ended."""
        self.send(statements)
        answer = self.answer(within)
        if answer is None:
            self.close()
            return Answer([f"ERROR:  57014: no answer within {within} s to: {statements}"], True)
        return answer

    def close(self):
        """Ends the process; the server rolls back what was open."""
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process = None
        self.waiting = False
