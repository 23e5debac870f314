"""Random definitions: what a user writes, and the same for the judge, over any alias."""

# Values of v, over the columns of a row with alias {a}. Several depend on settings of the session that defines the migration.
VALUES = ["'x' || {a}.x", "({a}.x * 2)::text", "{a}.at::text", "{a}.raw::date::text", "md5({a}.payload)",
          "({a}.at - timestamptz '2024-01-01')::text", "'a\\b' || {a}.id", "{a}.at::date::text || to_char({a}.at, 'HH24 TZH')",
          "({a}.x / 7::float8)::text", "encode(convert_to({a}.raw, 'UTF8')::bytea, 'escape') || '\\x41'::bytea::text"]
SETTINGS = [
    "DateStyle = 'ISO, MDY'", "DateStyle = 'SQL, MDY'", "DateStyle = 'German'", "DateStyle = 'Postgres, MDY'",
    "TimeZone = 'Asia/Kathmandu'", "TimeZone = 'America/St_Johns'", "IntervalStyle = 'sql_standard'",
    "IntervalStyle = 'iso_8601'", "extra_float_digits = 0", "extra_float_digits = -3", "bytea_output = 'escape'",
    "standard_conforming_strings = off", "escape_string_warning = off", "transform_null_equals = on", "array_nulls = off",
    "quote_all_identifiers = on", "xmlbinary = 'hex'", "backslash_quote = off"]
# Those that decide nothing of what a text means.
HARMLESS = [
    "default_transaction_isolation = 'serializable'", "default_transaction_isolation = 'repeatable read'", "enable_seqscan = off",
    "enable_indexscan = off", "enable_sort = off", "plan_cache_mode = force_generic_plan", "work_mem = '64kB'",
    "synchronous_commit = off", "jit_above_cost = 0", "lock_timeout = '50ms'", "search_path = pg_catalog", "search_path = ''",
    "default_transaction_deferrable = on", "constraint_exclusion = on", "enable_partition_pruning = off", "row_security = off",
    "statement_timeout = '20s'", "from_collapse_limit = 1", 
    "default_toast_compression = pglz", "client_encoding = 'SQL_ASCII'"]


class Definition:
    """What is migrated, how, and under which settings it is defined."""

    def __init__(self, rng, table):
        self.table = table
        self.kind = rng.choice(["set"] * 6 + ["source"] * 2 + ["delete"] + ["statements"] * 2)
        self.capture = self.kind in ("set", "source") and rng.random() < 0.45
        self.value = "l.name" if self.kind == "source" else rng.choice(VALUES)
        self.poison = self.kind in ("set", "statements") and not self.capture and rng.random() < 0.2
        if self.poison:
            self.value = f"{self.value} || (100 / {{a}}.d)"
        choices = ["{a}.v is null"] * 3 + ["{a}.v is null and {a}.id % 3 <> 1", "{a}.v is null and {a}.d is not null"]
        if self.kind == "set" and not self.poison:
            choices += [f"{{a}}.v is distinct from {self.value}"] * 2
        if self.kind == "source":
            choices = ["{a}.v is null and exists (select from known k where k.code = {a}.x % 7)", "{a}.v is null"]
        self.predicate = rng.choice(choices)
        self.everything = self.kind in ("set", "statements") and not self.capture and not self.poison and rng.random() < 0.1
        if self.everything:
            self.predicate = "true"
        if table.keyless:
            self.walk = "blocks"
        else:
            self.walk = rng.choice(["auto", "auto", "auto", "key", "key", "striped", "blocks"])
        if self.everything and self.walk == "blocks":
            self.walk = "auto"
            table.keyless = False
        # The application may write rows in the old form at any time; without capture the judge knows which of them came too late.
        self.old_form = not self.everything and not self.poison and rng.random() < 0.6
        self.min_batch = 1
        self.max_batch = rng.choice([3, 7, 20, 20, 50, 100])
        self.max_attempts = rng.choice([None, None, 3])
        self.batch_time = rng.choice([None, None, "5 milliseconds", "1 second"])
        self.key_given = not table.keyless and (not table.primary or rng.random() < 0.3)
        self.on_finish = rng.random() < 0.2
        self.settings = rng.sample(SETTINGS, rng.choice([0, 0, 0, 1, 2, 3]))
        if "raw::date" in self.value:
            self.settings = [s for s in self.settings if "German" not in s] + (
                ["DateStyle = 'SQL, MDY'"] if rng.random() < 0.3 else [])
        self.proof = None

    def over(self, expression, alias):
        return expression.replace("{a}", alias)

    def define(self):
        """The call of define(), as SQL."""
        table = self.table.name
        value = self.over(self.value, table)
        pending = self.over(self.predicate, table)
        arguments = [f"'m', target => '{table.replace(chr(39), chr(39) * 2)}'"]
        if not self.everything:
            arguments.append(f"pending => $p${pending}$p$")
        if self.kind in ("set", "source"):
            arguments.append(f"set => $s$v = {value}, n = {table}.n + 1$s$")
        if self.kind == "source":
            arguments.append(f"source => 'known l', match => $m$l.code = {table}.x % 7$m$")
        if self.kind == "delete":
            arguments.append("delete => true")
        if self.kind == "statements":
            arguments.append("statements => array[$q$insert into done select id from batch$q$, "
                             f"$q$update {table} set v = {value}, n = {table}.n + 1 from batch as b where b.id = {table}.id$q$]")
        if self.walk != "auto":
            arguments.append(f"walk => '{self.walk}'")
        if self.key_given and self.walk != "blocks":
            arguments.append(f"key => array[{', '.join(chr(39) + name + chr(39) for name in self.table.key_names)}]")
        if self.capture:
            arguments.append("capture => true")
        if self.on_finish:
            arguments.append(f"on_finish => array[$f$comment on table {table} is 'done'$f$, $f$analyze {table}$f$]")
        arguments += [f"min_batch => {self.min_batch}", f"max_batch => {self.max_batch}"]
        if self.max_attempts:
            arguments.append(f"max_attempts => {self.max_attempts}")
        if self.batch_time:
            arguments.append(f"batch_time => '{self.batch_time}'")
        if self.poison:
            arguments.append("max_failed => 1")
        return f"select sluice.define({', '.join(arguments)});"

    def judge(self):
        """The trigger that looks at every change of a row. Sluice is whoever does not say that it is the application.

        It runs under the settings of the session that defined the migration.
        """
        settings = {}
        for setting in ["DateStyle = 'ISO, MDY'", "TimeZone = 'UTC'", "IntervalStyle = 'postgres'", "extra_float_digits = 1",
                        "bytea_output = 'hex'", "standard_conforming_strings = on", *self.settings]:
            settings[setting.split(" ")[0]] = setting
        wrong_kind = "tg_op <> 'DELETE'" if self.kind == "delete" else "tg_op <> 'UPDATE'"
        value = self.over(self.value, "old")
        if self.kind == "source":
            value = "(select l.name from public.known l where l.code = old.x % 7)"
        change = "null;" if self.kind == "delete" else f"""
    select to_jsonb(old) - '{{v,n}}'::text[] into before;
    select to_jsonb(new) - '{{v,n}}'::text[] into after;
    if before is distinct from after then
      insert into judge.violation values (format('other columns were changed: %s %s', before, after), old.id);
    end if;
    if new.n is distinct from old.n + 1 then
      insert into judge.violation values (format('n was %s and is %s', old.n, new.n), old.id);
    end if;
    if new.v is distinct from {value} then
      insert into judge.violation values (format('v is %L and not %L', new.v, {value}), old.id);
    end if;
    if {self.over(self.predicate.replace("known", "public.known"), "new")} and not {str(self.everything).lower()} then
      insert into judge.violation values ('a row is pending after it was changed', old.id);
    end if;"""
        pending_after = "coalesce((" + self.over(self.predicate.replace("known", "public.known"), "new") + "), false)"
        return f"""
create function judge.look() returns trigger language plpgsql security definer
set search_path to pg_catalog, public, pg_temp
{chr(10).join("set " + s for s in settings.values())}
as $judge$
declare
  before jsonb;
  after jsonb;
begin
  if current_setting('test.app', true) = 'on' then
    insert into judge.ledger (id, who, operation, pending)
    values (case when tg_op = 'DELETE' then old.id else new.id end, 'application', tg_op,
      case when tg_op <> 'DELETE' then {pending_after} else false end);
    return null;
  end if;
  if {wrong_kind} then
    insert into judge.violation values ('Sluice did ' || tg_op, case when tg_op = 'INSERT' then new.id else old.id end);
  else
    if not coalesce(({self.over(self.predicate.replace("known", "public.known"), "old")}), false) then
      insert into judge.violation values (format('a row was changed that is not pending: %s', to_jsonb(old)), old.id);
    end if;{change}
  end if;
  insert into judge.ledger (id, who, operation, pending) values (old.id, 'sluice', tg_op, false);
  return null;
end
$judge$;"""
