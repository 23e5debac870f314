"""A psql that stays connected: a look costs no new process and no new connection, so that it disturbs little."""

import subprocess

END = "--end of answer--"


class Session:
    """One connection; close it, or use it as a context."""

    def __init__(self, database):
        self.process = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
            env=database.environment())

    def run(self, statement):
        """What the statement prints."""
        self.process.stdin.write(f"{statement};\n\\echo {END}\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == END:
                return "\n".join(lines)
            lines.append(line.rstrip("\n"))
        raise RuntimeError(f"{statement}: {self.process.stderr.read()}")

    def number(self, statement):
        return float(self.run(statement))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
