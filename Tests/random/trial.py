"""One trial: a table, a definition and a life beside it, all from a seed, and a judge who knows what must come out of it."""

import os
import random
import signal
import subprocess
import time

import life
from definitions import Definition
from session import Answer, Session
from tables import Table

# Errors of a batch by hand that are none of Sluice's making: the life beside it, and its own kills.
OF_A_STEP = {"57P01", "57014", "40001", "40P01", "55P03", "SL008", "25P03"}


class Violation(Exception):
    """What is wrong. The first words, until a colon, say of what kind it is."""

    @property
    def kind(self):
        return str(self).split(":")[0]


class Trial:
    """A seed played in a database of its own."""

    def __init__(self, seed, events=None, crash=False):
        rng = random.Random(seed)
        self.seed = seed
        self.database = f"random_{seed}"
        self.table = Table(rng)
        self.definition = Definition(rng, self.table)
        self.parallel = rng.random() < 0.4
        self.plan = rng.choice(["immediately => true", "immediately => true", "immediately => true, workers => 2",
                                "workers => 4, immediately => true", "within => '1 hour'", "workers => 3"])
        self.worker_count = rng.choice([1, 2, 3])
        self.worker_settings = [rng.sample(self.worker_choices(), rng.choice([0, 0, 1, 3])) for _ in range(self.worker_count)]
        self.events = life.draw(rng, self.table, self.definition, self.parallel, crash) if events is None else events
        self.transcript = []
        self.open = set()
        self.restarted = False
        self.crashed = False

    @staticmethod
    def worker_choices():
        from definitions import HARMLESS, SETTINGS
        return SETTINGS + HARMLESS

    def play(self):
        """Raises Violation when something is wrong."""
        try:
            self.begin()
            self.live()
            self.settle()
            self.judge()
        finally:
            for session in [*self.workers, *self.apps, self.ddl, self.author, self.operator, self.superuser]:
                session.close()
            admin("postgres", f"drop database if exists {self.database} with (force)")

    def session(self, name, role, options=""):
        return Session(name, self.database, role, self.transcript, options)

    def begin(self):
        self.superuser = self.session("superuser", "postgres", "-c test.app=on")
        self.author = self.session("author", "author", "-c lock_timeout=1s")
        self.operator = self.session("operator", "operator", "-c lock_timeout=1s")
        self.ddl = self.session("ddl", "author", "-c test.app=on -c lock_timeout=300ms -c statement_timeout=20s")
        self.apps = [self.session(f"app{i}", "application", "-c test.app=on -c lock_timeout=300ms") for i in range(2)]
        self.workers = [self.session(f"worker{i}", "author") for i in range(self.worker_count)]

        admin("postgres", f"drop database if exists {self.database} with (force)",
              f"create database {self.database} template sluice_template owner sluice_owner")
        table, definition = self.table, self.definition
        self.must(self.superuser, "set session authorization sluice_owner; select sluice.adopt(); "
                  "select sluice.grant_author('author'); select sluice.grant_operator('operator'); reset session authorization; "
                  "grant create on schema public to author; "
                  "update sluice.policy set poll_interval = '20 milliseconds', first_retry_after = '10 milliseconds', "
                  "last_retry_after = '100 milliseconds';"
                  "create schema judge; create table judge.violation (what text, id bigint); "
                  "create table judge.ledger (entry bigint generated always as identity, id bigint, who text, operation text, "
                  "pending boolean, at xid8 default pg_current_xact_id());")
        extensions = {"citext", "ltree", "hstore"} & table.types()
        for extension in extensions:
            self.must(self.superuser, f"create extension {extension};")
        self.must(self.ddl, "create domain test_domain as varchar(20); create type test_mood as enum ('happy', 'fine', 'sad'); "
                  "create type test_pair as (a integer, b text); "
                  "create table known (code integer primary key, name text, w integer unique); "
                  "insert into known select i, 'name ' || i, i from generate_series(0, 6) as i; "
                  "insert into known select i, null, i from generate_series(7, 30) as i; "
                  "create table done (id bigint);")
        self.must(self.ddl, "\n".join(table.create()))
        first = table.insert(1, table.rows, "null")
        if table.shape == "inherits":
            parts = [table.rows // 3, table.rows - table.rows // 3 - table.rows // 4, table.rows // 4]
            first, begun = "", 1
            for relation, count in zip([table.name, "heir1", "heir2"], parts):
                first += table.insert(begun, count, "null").replace(f"insert into {table.name} ", f"insert into {relation} ")
                begun += count
        self.must(self.ddl, first)
        if definition.poison:
            self.must(self.ddl, f"update {table.name} set d = 0 where id % 41 = 7;")
        if definition.kind != "delete" and not definition.everything:
            settings = "".join(f"set local {s}; " for s in definition.settings)
            value = definition.over(definition.value, table.name)
            if definition.kind == "source":
                value = f"(select l.name from known l where l.code = {table.name}.x % 7)"
            bad = " and d <> 0" if definition.poison else ""
            self.must(self.ddl, f"begin; {settings}update {table.name} set v = {value}, n = 1 where id % 5 = 2{bad}; commit;")
        else:
            self.must(self.ddl, f"update {table.name} set v = 'kept' where id % 5 = 2;" if not definition.everything else ";")
        if table.referenced:
            self.must(self.ddl, f"insert into children select id * 2, id from {table.name} where id % 3 = 0;")
        names = [table.name] + (["heir1", "heir2"] if table.shape == "inherits" else [])
        self.must(self.superuser, definition.judge())
        for name in names:
            self.must(self.superuser, f"create trigger zzzz_judge after insert or update or delete on {name} "
                      f"for each row execute function judge.look();")
        self.must(self.ddl, f"grant select, insert, update, delete on {', '.join(names)}, known to application;")
        if table.referenced:
            self.must(self.ddl, "grant all on children to application;")
        if table.analyzed:
            self.must(self.ddl, f"vacuum analyze {table.name};")
        self.must(self.superuser, "create table judge.before as select p.oid::regprocedure::text as name from pg_proc p; "
                  f"create table judge.initial as select id from only_or_all; ".replace(
                      "only_or_all", table.name) +
                  "create table judge.triggers as select tgrelid, tgname from pg_trigger where not tgisinternal;")
        for setting in definition.settings:
            self.must(self.author, f"set {setting};")
        answer = self.author.run(definition.define())
        if answer.errors:
            raise Violation(f"the definition is refused: {answer.error()}")
        answer = self.author.run(f"select feasible from sluice.schedule('m', {self.plan});")
        if answer.errors:
            raise Violation(f"the schedule is refused: {answer.error()}")
        for worker, settings in zip(self.workers, self.worker_settings):
            for setting in settings:
                self.bear(worker, f"set {setting};", set())

    def must(self, session, statements):
        answer = session.run(statements)
        if answer.errors or answer.ended:
            raise RuntimeError(f"seed {self.seed}: {answer.text}\n{statements}")
        return answer

    def bear(self, session, statement, states):
        """Runs what may fail with one of these SQLSTATEs. An error of another kind is a violation."""
        answer = session.run(statement, 30)
        wrong = [f"{state}: {message}" for state, message in answer.errors if state not in states | {"57P01", "25P02", "25P01"}]
        if wrong and not (answer.ended and self.crashed):
            raise Violation(f"a statement of {session.name} failed: {statement} said {'; '.join(wrong)}")
        return answer

    def step(self, worker, statements):
        answer = worker.run(statements, 60)
        wrong = [f"{state}: {message}" for state, message in answer.errors if state not in OF_A_STEP | {"25P02"}]
        if wrong:
            raise Violation(f"run_one raises: {'; '.join(wrong)}")
        if answer.ended or answer.errors:
            worker.close()
            self.open.discard(worker.name)

    def commit(self, worker):
        self.open.discard(worker.name)
        self.step(worker, "commit;")

    def rest(self, seconds):
        """Lets workers work; whoever came to an end is sent to work again."""
        time.sleep(seconds)
        self.collect()

    def collect(self):
        for worker in self.workers:
            if worker.waiting:
                answer = worker.answer(0)
                if answer is None:
                    continue
                self.look_at_worker(answer)
            worker.send("call sluice.work('10 s', until_idle => true);")

    def look_at_worker(self, answer):
        wrong = [f"{state}: {message}" for state, message in answer.errors if state not in {"57P01", "57014"}]
        if wrong and not self.crashed:
            raise Violation(f"work() raises: {'; '.join(wrong)}")

    def live(self):
        self.life = life.Life(self)
        if self.parallel:
            self.collect()
        for event in self.events:
            self.life.perform(event)
            if self.parallel:
                self.collect()
        for worker in list(self.workers):
            if worker.name in self.open:
                self.commit(worker)
        for app in self.apps:
            app.run("commit;")

    def crash(self):
        """The server ends at once and recovers."""
        self.crashed = True
        crash_server(int(self.value("select pg_backend_pid();")))
        for session in [*self.workers, *self.apps, self.ddl, self.author, self.operator, self.superuser]:
            session.close()
        self.open.clear()

    def value(self, statement):
        answer = self.must(self.superuser, statement)
        return answer.text.strip()

    def settle(self):
        """Brings the run to its end, as an operator who reads what it says would."""
        ends_at = time.monotonic() + 60
        retried = 0
        cured = False
        for worker in self.workers:
            if worker.waiting and self.parallel:
                answer = worker.answer(30)
                if answer is None:
                    raise Violation("work() does not come back: after 30 s")
                self.look_at_worker(answer)
        pending = self.definition.over(self.definition.predicate, "t")
        while True:
            state, reason = self.value("select state || '|' || coalesce(state_reason, '') from sluice_internal.migration;").split("|", 1)
            if state == "finished":
                return
            if time.monotonic() > ends_at:
                raise Violation(f"it does not finish: {state} {reason} "
                                + self.value("select coalesce(waiting_for, '') from sluice.progress;") + " "
                                + self.value("select coalesce(string_agg(s::text, '; '), '') from sluice.stuck s;") + " "
                                + self.value("select coalesce(string_agg(jsonb_strip_nulls(to_jsonb(l))::text, ' '), '') from sluice_internal.lane l;"))
            if state == "paused":
                if retried > 8:
                    raise Violation(f"it pauses again and again: {reason}")
                retried += 1
                self.author.run("select sluice.resume('m');")
            elif state == "failed":
                if self.definition.poison and not cured:
                    self.look_at_quarantine(pending)
                    cured = True
                    self.must(self.superuser, f"update {self.table.name} set d = 1 where d = 0;")
                elif retried > 3:
                    raise Violation(f"it fails again and again: {reason} " + self.value(
                        "select coalesce(string_agg(distinct q.sqlstate || ' ' || q.message, '; '), '') from sluice.quarantined q;"))
                retried += 1
                self.must(self.author, "select sluice.retry('m');")
            elif state in ("cancelled", "defined"):
                self.must(self.author, "select feasible from sluice.schedule('m', immediately => true);")
            self.author.run("select sluice.resume('m');" if state == "paused" else "select 1;")
            answer = self.author.run("select sluice.throttle('m', null); "
                                     "select sluice.reschedule('m', workers => 3, immediately => true);")
            for worker in self.workers:
                worker.open()
                if not worker.waiting:
                    worker.send("call sluice.work('20 s', until_idle => true);")
            for worker in self.workers:
                answer = worker.answer(40)
                if answer is None:
                    raise Violation("work() does not come back: after 40 s")
                wrong = [f"{s}: {m}" for s, m in answer.errors]
                if wrong and "57014" not in wrong[0]:
                    raise Violation(f"work() raises: {'; '.join(wrong)}")

    def look_at_quarantine(self, pending):
        """At the end of a run with bad rows, they are what is left, and nothing else."""
        given_up = int(self.value("select count(*) from sluice.lanes where state = 'given_up';") or 0)
        left = self.value(f"select coalesce(string_agg(t.id::text, ' ' order by t.id), '') from {self.table.name} t "
                          f"where ({pending}) and t.d <> 0;")
        if left and not given_up:
            raise Violation(f"innocent rows are left with the bad ones: {left}")

    def judge(self):
        """What must be true of any run that is finished."""
        table, definition = self.table, self.definition
        wrong = self.value("select coalesce(string_agg(distinct what || ' (id ' || id || ')', e'\\n'), '') "
                           "from (select * from judge.violation limit 5) v;")
        if wrong:
            raise Violation(f"a wrong change: {wrong}")
        pending = definition.over(definition.predicate, "t")
        if not definition.everything:
            settings = "".join(f"set local {s}; " for s in definition.settings)
            explained = f"""exists (select from judge.ledger l where l.id = t.id and l.who = 'application' and l.pending
              and not pg_visible_in_snapshot(l.at, (select verified_from from sluice_internal.migration)))"""
            left = self.value(f"begin; {settings}select coalesce(string_agg(t.id::text, ' ' order by t.id), '') from {table.name} t "
                              f"where ({pending}) and not {explained}; commit;")
            if left:
                raise Violation(f"finished with pending rows: ids {left}")
            if definition.capture:
                left = self.value(f"begin; {settings}select coalesce(string_agg(t.id::text, ' ' order by t.id), '') from "
                                  f"{table.name} t where ({pending}); commit;")
                if left:
                    raise Violation(f"finished with pending rows in spite of capture: ids {left}")
        elif not self.restarted:
            left = self.value(f"select coalesce(string_agg(t.id::text, ' '), '') from {table.name} t join judge.initial i using (id) "
                              "where t.n <> 1;")
            if left:
                raise Violation(f"not changed once each: ids {left}")
        lost = self.value(f"select count(*) from judge.initial i where not exists (select from {table.name} t where t.id = i.id) "
                          "and not exists (select from judge.ledger l where l.id = i.id and l.operation = 'DELETE');")
        if lost != "0":
            raise Violation(f"rows are gone: {lost}")
        if not self.restarted and definition.kind in ("set", "source", "delete") and table.shape != "inherits":
            counted = self.value("select coalesce(sum(rows_changed), 0) from sluice.history;")
            ledgered = self.value("select count(*) from judge.ledger where who = 'sluice';")
            if counted != ledgered:
                raise Violation(f"the history counts other changes than were made: {counted} instead of {ledgered}")
        if not definition.everything and self.value("select verified_at is null and rows_accepted = 0 from sluice.proof;") == "t":
            raise Violation("finished and not verified")
        answer = self.author.run("call sluice.cleanup('m');")
        if answer.errors:
            raise Violation(f"cleanup raises: {answer.error()}")
        answer = self.author.run("select sluice.assert_finished('m');")
        if answer.errors:
            raise Violation(f"assert_finished raises: {answer.error()}")
        left = self.value("""
          select coalesce(string_agg(what, ', '), '') from (
            select p.oid::regprocedure::text as what from pg_proc p
              where p.oid::regprocedure::text not in (select name from judge.before)
            union all select 'trigger ' || tgname from pg_trigger t where not tgisinternal
              and (tgrelid, tgname) not in (select tgrelid, tgname from judge.triggers) and tgname <> 'zzzz_judge'
            union all select 'lane ' || lane_id from sluice.lanes
            union all select 'schedule ' || migration from sluice.schedule) as left_behind;""")
        if left:
            raise Violation(f"left behind by cleanup: {left}")
        answer = self.author.run("select sluice.forget('m');")
        if answer.errors:
            raise Violation(f"forget raises: {answer.error()}")

    def describe(self):
        """The trial, to be read by a person."""
        facts = {**vars(self.table), **vars(self.definition)}
        facts.pop("table")
        lines = [f"-- seed {self.seed}: {'workers beside it' if self.parallel else 'batch by batch'}, {self.worker_count} workers",
                 f"-- {facts}"]
        lines += [f"/* {name} */ {statements}" for name, statements in self.transcript]
        return "\n".join(lines)


def admin(database, *statements):
    command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database]
    for statement in statements:
        command += ["--command", statement]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def crash_server(pid):
    """Kills a backend, at which the server ends all others and recovers from the log; comes back when it answers again."""
    os.kill(pid, signal.SIGKILL)
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        time.sleep(0.1)
        try:
            return admin("postgres", "select 1")
        except subprocess.CalledProcessError:
            pass
    raise RuntimeError("the server did not come back within 60 s")
