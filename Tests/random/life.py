"""What happens beside a run: each event is a kind and numbers, drawn before the trial, so that any of them can be left out."""

VERBS = [
    "select sluice.pause('m')", "select sluice.resume('m')", "select sluice.resume('m')", "select sluice.throttle('m', 5000)",
    "select sluice.throttle('m', null)", "select sluice.cancel('m')",
    "select feasible from sluice.schedule('m', workers => 3, immediately => true)",
    "select feasible from sluice.schedule('m', immediately => true)", "select sluice.retry('m')",
    "select sluice.reschedule('m', workers => 4)", "select sluice.reschedule('m', immediately => true)",
    "select sluice.reschedule('m', workers => 1, immediately => false)", "update sluice.schedule set active = not active",
    "update sluice.schedule set workers = 1 + workers % 4",
    "update sluice.guard set hold_at = hold_at * 2 where name = 'lock_waiters'",
    "update sluice.policy set min_batch = 1, max_batch = 1 + (max_batch * 7) % 90",
    "select count(*) from sluice.progress", "select count(*) from sluice.stuck", "select count(*) from sluice.lanes",
    "select count(*) from sluice.plan('m')", "select count(*) from sluice.preview('m')"]
# Of these there is no more than one in a trial that counts what Sluice changes; a restart changes all rows again.
RESTART = "select sluice.restart('m')"


class Event:
    """One thing that happens, and the numbers that say how."""

    def __init__(self, kind, numbers):
        self.kind = kind
        self.numbers = numbers

    def __repr__(self):
        return f"{self.kind}{tuple(self.numbers)}"


def draw(rng, table, definition, parallel, restart_server):
    """The events of a trial."""
    weights = {"touch": 6, "delete": 2, "insert_new": 4, "convert": 3, "hold": 3, "release": 4, "analyze": 1, "vacuum": 1,
               "verb": 4, "setting": 2, "lock": 1, "kill": 1, "rewrite": 2, "index": 1, "schema": 2, "look": 1, "freeze": 0.5}
    if not parallel:
        weights |= {"step": 40, "open_step": 6, "end_step": 8, "undo_step": 2}
    else:
        weights |= {"rest": 12}
    if definition.old_form:
        weights |= {"insert_old": 6, "unset": 6, "change_x": 4}
    if not definition.everything:
        weights |= {"move": 6, "part": 4 if table.partitioned else 0, "restart": 0.3, "partition": 1 if table.partitioned else 0}
    if definition.capture:
        weights |= {"triggers": 0.5}
    if restart_server:
        weights |= {"crash": 1}
    kinds = list(weights)
    count = rng.choice([10, 25, 40, 60])
    return [Event(kind, [rng.randrange(1_000_000) for _ in range(4)])
            for kind in rng.choices(kinds, [weights[kind] for kind in kinds], k=count)]


class Life:
    """Performs events on the sessions of a trial."""

    def __init__(self, trial):
        self.trial = trial
        self.table = trial.table
        self.definition = trial.definition
        self.made = trial.table.rows

    def perform(self, event):
        getattr(self, event.kind)(*event.numbers)

    # What the application does: a statement of one of its sessions, which may have a transaction open.

    def app(self, number, statement):
        session = self.trial.apps[number % len(self.trial.apps)]
        self.trial.bear(session, statement, {
            "55P03", "40001", "40P01", "23503", "23505", "25P02", "57014", "23514", "25006", "42P01", "57P01", "25001"})

    def some(self, a, b):
        return f"id between {1 + a % self.made} and {1 + a % self.made + b % 12}"

    def touch(self, a, b, c, _):
        self.app(c, f"update {self.table.name} set w = w + 1 where {self.some(a, b)};")

    def delete(self, a, b, c, _):
        self.app(c, f"delete from {self.table.name} where {self.some(a, b % 3)};")

    def change_x(self, a, b, c, _):
        self.app(c, f"update {self.table.name} set x = x + 1 where {self.some(a, b)};")

    def unset(self, a, b, c, _):
        self.app(c, f"update {self.table.name} set v = null where {self.some(a, b)};")

    def convert(self, a, b, c, _):
        definition = self.definition
        if definition.kind == "delete" or definition.poison or definition.everything:
            return
        value = definition.over(definition.value, self.table.name)
        if definition.kind == "source":
            value = f"(select l.name from known l where l.code = {self.table.name}.x % 7)"
        self.app(c, f"update {self.table.name} set v = {value}, n = n + 1 where {self.some(a, b)} and v is null;")

    def insert(self, number, count, value):
        first = self.made + 1
        self.made += count
        self.app(number, self.table.insert(first, count, value))

    def insert_new(self, a, _, c, __):
        value = self.definition.over(self.definition.value, "r")
        if self.definition.kind == "source":
            value = "(select l.name from known l where l.code = r.x % 7)"
        if self.definition.kind == "delete":
            value = "'new'"
        self.insert(c, 1 + a % 12, value)

    def insert_old(self, a, _, c, __):
        self.insert(c, 1 + a % 12, "null")

    def move(self, a, b, c, _):
        self.made += 1
        position = self.table.position(self.made)
        self.app(c, f"update {self.table.name} set pos = {position}, {self.table.key_assignments(position)} "
                    f"where id = {1 + a % self.made};")

    def part(self, a, b, c, d):
        self.app(c, f"update {self.table.name} set part = {d % 4} where {self.some(a, b)};")

    def hold(self, a, b, c, _):
        level = ["read committed", "read committed", "repeatable read", "serializable"][a % 4]
        self.app(c, f"begin isolation level {level}; set local lock_timeout = '300ms'; "
                    f"update {self.table.name} set w = w + 1 where {self.some(a, b)};")

    def release(self, a, _, c, __):
        self.app(c, "rollback;" if a % 4 == 0 else "commit;")

    # What an administrator does.

    def ddl(self, statement):
        self.trial.bear(self.trial.ddl, statement, {
            "55P03", "40P01", "57014", "0A000", "42P07", "42704", "42P01", "42703", "23505", "25001", "55000", "42809", "42P16",
            "42701", "42710", "23514", "55006", "57P01", "2BP01"})

    def analyze(self, *_):
        self.ddl(f"analyze {self.table.name};")

    def vacuum(self, a, *_):
        self.ddl(f"vacuum {['', '(freeze)', '(index_cleanup off)'][a % 3]} {self.table.name};")

    def freeze(self, a, *_):
        self.ddl(f"reindex table {self.table.name};")

    def rewrite(self, a, *_):
        name = self.table.name
        index = "" if self.table.keyless else f"using {self.key_index() if self.table.primary else 'by_key0'}"
        column = f"c{a}"
        self.ddl([
            f"vacuum full {name};", f"cluster {name} {index};",
            f"alter table {name} add column {column} text default md5(random()::text); alter table {name} drop column {column};",
            f"alter table {name} alter column w type bigint; alter table {name} alter column w type integer;",
            f"vacuum full {name}; vacuum full {name};" if self.table.partitioned
            else f"alter table {name} set (fillfactor = {50 + a % 50}); vacuum full {name};"][a % 5])

    def key_index(self):
        return "by_primary_key"

    def index(self, a, *_):
        name = self.table.name
        self.ddl([f"create index extra on {name} (x, v);", "drop index extra;",
                  f"create index concurrently extra2 on {name} (w);"][a % 3])

    def schema(self, a, *_):
        name = self.table.name
        self.ddl([
            f"alter table {name} add column added integer;", f"alter table {name} drop column added;",
            f"alter table {name} add constraint x_small check (x < 100000) not valid;", f"alter table {name} drop constraint x_small;",
            f"alter table {name} alter column payload set statistics 10;",
            f"begin; alter table {name} rename to elsewhere; alter table elsewhere rename to {name}; commit;",
            f"alter table {name} alter column payload set storage plain;",
            f"begin; alter table {name} rename column raw to raw2; alter table {name} rename column raw2 to raw; commit;",
            f"alter table {name} alter column x set default 5;", f"alter table {name} replica identity full;",
        ][a % 10])

    def partition(self, a, b, *_):
        name = self.table.name
        leaf = {"list": "p1", "default": "p1", "range": "p1", "hash": "p1", "levels": "p2"}[self.table.shape]
        bound = {"list": "for values in (1)", "default": "for values in (1)", "range": "for values from (1) to (2)",
                 "hash": "for values with (modulus 3, remainder 1)", "levels": "for values in (2)"}[self.table.shape]
        self.ddl([
            f"begin; alter table {name} detach partition {leaf}; alter table {name} attach partition {leaf} {bound}; commit;",
            f"create table p9{b} (like {name} including all); alter table {name} attach partition p9{b} for values in ({b});"
            if self.table.shape in ("list", "levels") else f"vacuum full {leaf};",
            f"begin; alter table {leaf} rename to {leaf}x; alter table {leaf}x rename to {leaf}; commit;"][a % 3])

    def triggers(self, *_):
        self.ddl(f"begin; alter table {self.table.name} disable trigger user; "
                 f"alter table {self.table.name} enable trigger user; commit;")

    def lock(self, a, _, c, __):
        mode = ["share", "access share", "share row exclusive", "row exclusive"][a % 4]
        self.app(c, f"begin; set local lock_timeout = '300ms'; lock table {self.table.name} in {mode} mode;")

    def verb(self, a, b, *_):
        verb = VERBS[a % len(VERBS)]
        session = self.trial.operator
        if not verb.startswith("update") and ("schedule(" in verb or "plan(" in verb or "preview(" in verb or b % 2):
            session = self.trial.author
        if self.definition.everything and "retry" in verb:
            return
        outcomes = {"SL006", "SL007", "SL009", "SL010", "55P03", "57014", "40001"}
        if "preview(" in verb and self.definition.poison:
            outcomes |= {"22012"}  # no row that is left can be migrated, and the preview says why
        self.trial.bear(session, f"{verb};", outcomes)

    def look(self, *_):
        self.trial.bear(self.trial.operator, "select count(*) from sluice.progress; select count(*) from sluice.stuck;", set())

    def restart(self, *_):
        self.trial.restarted = True
        self.trial.bear(self.trial.author, f"{RESTART};", {"SL006", "55P03"})

    # What becomes of workers.

    def setting(self, a, b, *_):
        from definitions import HARMLESS, SETTINGS
        worker = self.trial.workers[b % len(self.trial.workers)]
        setting = (SETTINGS + HARMLESS)[a % len(SETTINGS + HARMLESS)]
        if not worker.waiting:
            self.trial.bear(worker, f"set {setting};", {"25P02", "42501"})

    def step(self, a, b, *_):
        worker = self.trial.workers[a % len(self.trial.workers)]
        for _ in range(1 + b % 3):
            if worker.name in self.trial.open:
                self.trial.commit(worker)
            self.trial.step(worker, "begin isolation level read committed; select sluice_internal.run_one(); commit;")

    def open_step(self, a, *_):
        worker = self.trial.workers[a % len(self.trial.workers)]
        if worker.name not in self.trial.open:
            self.trial.step(worker, "begin isolation level read committed; select sluice_internal.run_one();")
            self.trial.open.add(worker.name)

    def end_step(self, a, *_):
        worker = self.trial.workers[a % len(self.trial.workers)]
        if worker.name in self.trial.open:
            self.trial.commit(worker)

    def undo_step(self, a, *_):
        worker = self.trial.workers[a % len(self.trial.workers)]
        if worker.name in self.trial.open:
            self.trial.step(worker, "rollback;")
            self.trial.open.discard(worker.name)

    def kill(self, a, *_):
        worker = self.trial.workers[a % len(self.trial.workers)]
        self.trial.superuser.run(
            f"select pg_terminate_backend(pid, 2000) from pg_stat_activity where usename = 'author' and "
            f"datname = current_database() and application_name like 'sluice%' order by pid limit 1;")
        self.trial.open.discard(worker.name)
        worker.close()

    def rest(self, a, *_):
        self.trial.rest((a % 30) / 1000)

    def crash(self, *_):
        self.trial.crash()
