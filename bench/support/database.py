"""Databases of the server in the environment, through psql."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Skipped(Exception):
    """What a measurement needs is not here; says what."""


class Database:
    """One database; a psql process a call."""

    def __init__(self, name):
        self.name = name

    def start(self, *statements):
        """A psql process that runs the statements, in one session, each in its own transaction."""
        command = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"]
        for statement in statements:
            command += ["--command", statement]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment())

    def environment(self):
        return os.environ | {"PGDATABASE": self.name, "PGOPTIONS": "-c client_min_messages=warning"}

    def run(self, *statements):
        """What the statements print."""
        process = self.start(*statements)
        output, errors = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{statements}: {errors}")
        return output.strip()

    def value(self, statement):
        return self.run(statement)

    def number(self, statement):
        return float(self.run(statement))

    def run_file(self, path):
        subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(path)],
            check=True, stdout=subprocess.DEVNULL, env=self.environment())

    def __enter__(self):
        """Creates the database, with Sluice in it."""
        server = Database("postgres")
        server.run(f"drop database if exists {self.name} with (force)", f"create database {self.name}")
        self.run_file(ROOT / "sql/install.sql")
        return self

    def __exit__(self, *_):
        Database("postgres").run(f"drop database if exists {self.name} with (force)", "checkpoint")
