import Postgres
import SluiceTesting

/// Judges by the tables alone, as the superuser, what became of a trial; uses none of Sluice's functions.
struct Checker {
  /// The trial's database.
  let database: FaultDatabase

  /// Rows that were not changed exactly once, or changed though they were not selected.
  static let wrongRows = """
    select count(*)
    from (select id, is_selected::integer as times from truth) as expected
    full join item using (id)
    full join (select item_id, count(*) as times from ledger group by item_id) as seen
      on seen.item_id = coalesce(expected.id, item.id)
    where expected.id is null or item.id is null or item.n <> expected.times or coalesce(seen.times, 0) <> expected.times
    """

  /// What is wrong when the migration is said to be finished.
  func violations() async throws -> [String] {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      try await connection.withTransaction("begin isolation level repeatable read read only") { connection in
        let row = try await connection.query(
          """
          select (\(Self.wrongRows)) as wrong_rows,
            (select count(*) from ledger) as changes,
            m.state,
            (select coalesce(sum(l.rows_changed), 0) from sluice_internal.lane l) + coalesce(m.rows_changed, 0) as counted,
            (select coalesce(sum(b.rows_changed), 0) from sluice_internal.batch b) as history,
            (select count(*) from (
              select e.old_state, lag(e.new_state) over (order by e.event_id) as state_before
              from sluice_internal.event e
              where e.kind = 'state') as replayed
            where replayed.old_state is distinct from replayed.state_before) as gaps,
            (select e.new_state from sluice_internal.event e where e.kind = 'state' order by e.event_id desc limit 1) as replayed
          from sluice_internal.migration m
          """
        ).single()
        let number = { try row.get($0, as: Int.self) }
        let (wrong, gaps, changes) = try (number("wrong_rows"), number("gaps"), number("changes"))
        let (counted, history) = try (number("counted"), number("history"))
        let (state, replayed) = try (row.get("state", as: String.self), row.get("replayed", as: String?.self))
        let findings = [
          wrong == 0 ? nil : "rows changed not exactly once: \(wrong)",
          state == "finished" ? nil : "the migration is \(state)",
          counted == changes ? nil : "lanes count \(counted) of \(changes) changes",
          history == changes ? nil : "history has \(history) of \(changes) changes",
          gaps == 0 ? nil : "events that do not follow each other: \(gaps)",
          replayed == state ? nil : "the events end at \(replayed ?? "nothing"), the state is \(state)",
        ]
        return findings.compactMap { $0 }
      }
    }
  }

  /// What is left of drivers that are all dead, after a few seconds: sessions with their locks, advisory locks, temporary
  /// objects; idle sessions are left by design where a pooler lives on.
  func residue(isPooled: Bool = false, within limit: Duration = .seconds(5)) async throws -> [String] {
    try await PostgresConnection.withConnection(database.administrator) { connection in
      var left: [String] = []
      do {
        try await waitUntil("nothing is left of the drivers", within: limit) {
          left = try await connection.query(Self.residue, [.bool(isPooled)]).map { try $0.get(at: 0) }
          return left.isEmpty
        }
      } catch is TestingError {
        return left.map { "left behind by dead drivers: \($0)" }
      }
      return []
    }
  }

  private static let residue = """
    select format('session %s, %s, %s', a.pid, a.state, a.query) as what
    from pg_stat_activity a
    where a.datname = current_database() and a.usename = 'author' and not ($1 and a.state = 'idle')
    union all
    select format('%s lock of %s', l.locktype, l.pid)
    from pg_locks l
    where l.database = (select d.oid from pg_database d where d.datname = current_database())
      and l.pid <> pg_backend_pid()
      and (l.locktype = 'advisory' or l.relation in ('item'::regclass, 'sluice_internal.lane'::regclass))
      and exists (select from pg_stat_activity a where a.pid = l.pid and a.usename = 'author')
    union all
    select format('prepared transaction %s', p.gid) from pg_prepared_xacts p where p.database = current_database()
    union all
    select format('temporary relation %s', c.oid::regclass) from pg_class c where c.relpersistence = 't'
    """
}
