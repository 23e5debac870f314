"""Random tables. A row is known by its id, which never changes, and lies at its pos, of which the key is a function."""

# Key types, and an expression in {p}, an integer from 0 to 100,002, that is different for each.
KEYS = {
    "integer": "{p} - 50000",
    "bigint": "({p}::bigint - 50000) * 40000000007",
    "numeric": "({p} - 50000) / 7.0",
    "numeric(12,3)": "({p} - 50000) / 8.0",
    "float8": "({p} - 50000) / 7.0::float8",
    "real": "({p} - 50000)::real",
    "text": "md5({p}::text)",
    'text collate "C"': "'{{\"a'',\\\\ é' || {p}",
    "varchar(20)": "'k' || {p}",
    "char(8)": "'K' || lpad({p}::text, 6, '0')",
    "bpchar": "'K' || {p}",
    "name": "('n' || {p})::name",
    "uuid": "md5({p}::text)::uuid",
    "date": "date '1890-01-01' + {p}",
    "timestamp": "timestamp '1999-12-31 23:59:59.5' + {p} * interval '37 minutes 0.000001 seconds'",
    "timestamptz": "timestamptz '2001-01-01 00:00:00.123456+00' + {p} * interval '37 minutes 0.000001 seconds'",
    "timestamptz(0)": "timestamptz '2001-01-01 00:00:00+00' + {p} * interval '41 minutes'",
    "time": "time '00:00' + {p} * interval '0.8 seconds'",
    "timetz": "timetz '00:00+02' + {p} * interval '0.8 seconds'",
    "interval": "({p} - 50000) * interval '1 day 3 hours 1.5 seconds'",
    "bytea": "decode(md5({p}::text), 'hex')",
    "inet": "inet '10.0.0.0' + {p}",
    "cidr": "(inet '10.0.0.0' + {p})::cidr",
    "macaddr": "lpad(to_hex({p}), 12, '0')::macaddr",
    "macaddr8": "lpad(to_hex({p}), 16, '0')::macaddr8",
    "bit(20)": "{p}::bit(20)",
    "varbit": "{p}::bit(20)::varbit",
    "money": "(({p} - 50000) * 1.37)::numeric::money",
    "oid": "{p}::oid",
    "pg_lsn": "('0/' || to_hex({p}))::pg_lsn",
    "xid8": "{p}::text::xid8",
    "integer[]": "array[{p} / 300, {p} % 300]",
    "text[]": "array['a,b', null, 'NULL', {p}::text]",
    "varchar(12)[]": "array['v', {p}::varchar(12)]",
    "int4range": "int4range({p}, {p} + 5)",
    "nummultirange": "nummultirange(numrange({p}, {p} + 0.5))",
    "jsonb": "jsonb_build_object('k', {p})",
    "tsvector": "('w' || {p})::tsvector",
    "test_domain": "('d' || {p})::test_domain",
    "test_pair": "row({p} / 300, ({p} % 300)::text)::test_pair",
    "citext": "('Us' || {p})::citext",
    "ltree": "('top.n' || {p})::ltree",
    "hstore": "hstore('k', {p}::text)",
}
# Parts of composite keys: together with pos they are different for each row.
PARTS = {
    "smallint": "({p} % 300)::smallint",
    "boolean": "{p} % 2 = 0",
    '"char"': "chr(65 + {p} % 20)::\"char\"",
    "test_mood": "(array['sad', 'fine', 'happy'])[1 + {p} % 3]::test_mood",
    "char(3)": "'A' || {p} % 30",
    "date": "date '2020-01-01' + {p} % 40",
    "text": "(array['', 'null', 'a b', '\"', '\\\\', '{{}}', 'ß'])[1 + {p} % 7]",
    "numeric": "({p} % 10)::numeric / 4",
}
# Names that are hard to quote, or that Sluice uses too.
NAMES = ["t", "t", "t", "t", '"Two ""Words"""', '"select"', "lane", "sluice_affected", "migration", '"' + "ü" * 31 + '"']
COUNT = 100003


class Table:
    """How the table of a trial is made."""

    def __init__(self, rng):
        self.name = rng.choice(NAMES)
        self.rows = rng.choice([40, 150, 300, 300, 500])
        self.offset = rng.randrange(COUNT)
        self.shape = rng.choice(["plain"] * 5 + ["list", "range", "hash", "levels", "default", "inherits"])
        self.keyless = rng.random() < 0.1
        self.unique = rng.random() < 0.8
        self.primary = self.unique and rng.random() < 0.8
        if rng.random() < 0.25:
            part = rng.choice(list(PARTS))
            other = rng.choice(["integer", "bigint", "text", "uuid"])
            self.key = [("k1", part, PARTS[part]), ("k2", other, KEYS[other])]
            if rng.random() < 0.3:
                self.key.reverse()
        else:
            kind = rng.choice(list(KEYS))
            self.key = [("k", kind, KEYS[kind])]
        self.packed = rng.random() < 0.5
        self.generated = rng.random() < 0.4
        self.dropped_column = rng.random() < 0.3
        self.toast = rng.random() < 0.4
        self.policy = rng.random() < 0.15
        self.referenced = self.shape == "plain" and rng.random() < 0.25
        self.references = rng.random() < 0.2
        self.statement_trigger = False
        self.analyzed = rng.random() < 0.6

    @property
    def partitioned(self):
        return self.shape in ("list", "range", "hash", "levels", "default")

    @property
    def key_names(self):
        names = [name for name, _, _ in self.key]
        return ["part", *names] if self.partitioned and self.unique else names

    def position(self, i):
        """Where the i-th row ever made lies: different for each of 100,003, in an order that looks random."""
        return f"(({i}) * 7919 + {self.offset}) % {COUNT}"

    def key_values(self, position):
        return ", ".join(expression.format(p=f"({position})") for _, _, expression in self.key)

    def key_assignments(self, position):
        return ", ".join(f"{name} = {expression.format(p=f'({position})')}" for name, _, expression in self.key)

    def insert(self, first, count, value):
        """Rows i = first ... into the table; value is an expression over the columns of the new row, as alias r."""
        into = self.name
        names = ", ".join(name for name, _, _ in self.key)
        return f"""insert into {into} (id, pos, part, {names}, x, d, raw, at, payload, v)
select r.id, r.pos, r.part, {", ".join("r." + name for name, _, _ in self.key)}, r.x, r.d, r.raw, r.at, r.payload, {value}
from (
  select i as id, {self.position("i")} as pos, i % 4 as part, {self.keys_named("i")}, i % 97 as x, 1 as d,
    to_char(date '2001-01-01' + i % 700, 'MM/DD/YYYY') as raw, timestamptz '2024-03-30 22:15:00+00' + i * interval '11 minutes' as at,
    case when i % 40 = 3 and {str(self.toast).lower()}
      then (select string_agg(md5(i || '.' || s), '') from generate_series(1, 200) as s) else md5(i::text) end as payload
  from generate_series({first}, {first + count - 1}) as i) as r;"""

    def keys_named(self, i):
        return ", ".join(f"{expression.format(p='(' + self.position(i) + ')')} as {name}" for name, _, expression in self.key)

    def types(self):
        return {kind for _, kind, _ in self.key}

    def create(self):
        """SQL of the author, without rows."""
        name = self.name
        columns = ["id bigint not null", "pos bigint", "part integer not null"]
        if self.dropped_column:
            columns.insert(1, "gone text")
        columns += [f"{column} {kind} not null" for column, kind, _ in self.key]
        columns += ["x integer", "d integer", "raw text", "at timestamptz", "payload text", "w integer not null default 0",
                    "v text", "n integer not null default 0"]
        if self.generated:
            columns.append("g bigint generated always as (x * 2 + 1) stored")
        by = {"list": " partition by list (part)", "default": " partition by list (part)", "levels": " partition by list (part)",
              "range": " partition by range (part)", "hash": " partition by hash (part)"}.get(self.shape, "")
        storage = " with (fillfactor = 70)" if not self.packed and not self.partitioned else ""
        statements = [f"create table {name} ({', '.join(columns)}){by}{storage};"]
        if self.shape in ("list", "default"):
            statements += [f"create table p{i} partition of {name} for values in ({i});" for i in range(4 if self.shape == "list" else 2)]
        if self.shape == "default":
            statements.append(f"create table p_rest partition of {name} default;")
        if self.shape == "range":
            statements += [f"create table p{i} partition of {name} for values from ({i}) to ({i + 1});" for i in range(4)]
        if self.shape == "hash":
            statements += [f"create table p{i} partition of {name} for values with (modulus 3, remainder {i});" for i in range(3)]
        if self.shape == "levels":
            statements += [
                f"create table p01 partition of {name} for values in (0, 1) partition by hash (part);",
                "create table p010 partition of p01 for values with (modulus 2, remainder 0);",
                "create table p011 partition of p01 for values with (modulus 2, remainder 1);",
                f"create table p2 partition of {name} for values in (2);",
                f"create table p3 partition of {name} for values in (3, null);"]
        if self.shape == "inherits":
            statements += [f"create table heir{i} () inherits ({name});" for i in (1, 2)]
        if self.dropped_column:
            statements.append(f"alter table {name} drop column gone;")
        relations = [name, "heir1", "heir2"] if self.shape == "inherits" else [name]
        for number, relation in enumerate(relations):
            constraint = "by_primary_key" if number == 0 else f"by_primary_key{number}"
            if not self.keyless and self.primary:
                statements.append(f"alter table {relation} add constraint {constraint} primary key ({', '.join(self.key_names)});")
            elif not self.keyless:
                unique = "unique " if self.unique else ""
                statements.append(f"create {unique}index by_key{number} on {relation} ({', '.join(self.key_names)});")
        if self.referenced:
            statements += [
                f"alter table {name} add constraint id_is_unique unique (id);",
                f"create table children (child bigint, parent bigint references {name} (id) on delete cascade);",
                "create index on children (parent);"]
        if self.references:
            statements += [
                f"alter table {name} add constraint x_is_known foreign key (w) references known (w) deferrable initially deferred;"]
        if self.policy:
            for relation in relations:
                statements += [f"alter table {relation} enable row level security;",
                               f"create policy all_of_it on {relation} using (true);"]
        return statements
