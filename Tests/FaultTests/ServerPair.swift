import Foundation
import Postgres
import SluiceTesting

/// A primary and a standby that streams from it asynchronously, for failovers that lose the last commits.
struct ServerPair: Sendable {
  /// The server that is the primary at first.
  let primary: ThrowawayCluster
  /// The server that is promoted.
  let standby: ThrowawayCluster

  /// What a failover did.
  struct Failover {
    /// Rows that had been changed when the primary was killed.
    let before: Int
    /// Rows that are changed on the standby, which is about to be promoted.
    let after: Int
    /// When the primary was killed.
    let death: Date
    /// When the standby took writes.
    let promotion: Date
    /// What was found on the standby that must not be.
    let violations: [String]
  }

  /// Starts both, lends them to the body, and removes them.
  static func with(_ body: (ServerPair) async throws -> Void) async throws {
    try await ThrowawayCluster.withCluster { primary in
      let standby = try await primary.startStandby()
      do {
        try await body(ServerPair(primary: primary, standby: standby))
      } catch {
        await standby.remove()
        throw error
      }
      await standby.remove()
    }
  }

  /// How to connect to whichever takes writes; to the first primary, where both do.
  var configuration: PostgresConfiguration {
    var configuration = primary.configuration()
    configuration.overrides["host"] = [primary, standby].map(\.socketDirectory).joined(separator: ",")
    configuration.overrides["port"] = [primary, standby].map { "\($0.port)" }.joined(separator: ",")
    configuration.overrides["target_session_attrs"] = "read-write"
    return configuration
  }

  /// Cuts the standby off, lets more rows be changed, kills the primary and promotes the standby.
  func fail(over trial: Trial) async throws -> Failover {
    let configurations = [primary, standby].map { trial.database.database.on($0.configuration()).configuration }
    return try await PostgresConnection.withConnection(configurations[1]) { standby in
      try await waitUntil("the standby has some batches", within: .seconds(300), every: .milliseconds(5)) {
        try await Self.changes(standby) > 30
      }
      try await standby.query("alter system set primary_conninfo to ''")
      try await standby.query("select pg_reload_conf()")
      try await waitUntil("the standby receives nothing") {
        try await standby.query("select from pg_stat_activity where backend_type = 'walreceiver'").isEmpty
      }
      var end = ""
      try await waitUntil("the standby has replayed what it has", every: .milliseconds(50)) {
        let before = end
        end = try await standby.query("select pg_last_wal_replay_lsn()::text").single().get(at: 0)
        return end == before
      }
      let seen = try await Self.changes(standby)
      let before = try await PostgresConnection.withConnection(configurations[0]) { primary in
        try await waitUntil("the primary is ahead", within: .seconds(300), every: .milliseconds(2)) {
          try await Self.changes(primary) >= seen + 50
        }
        trial.timeline.end()
        return try await Self.changes(primary)
      }
      try await primary.stop(.kill)
      let death = Date()
      let row = try await standby.query(Self.counts).single()
      let counts = try (0..<4).map { try row.get(at: $0, as: Int.self) }
      try await self.standby.promote()
      let promotion = Date()
      trial.timeline.begin()
      return Failover(
        before: before, after: counts[0], death: death, promotion: promotion,
        violations: Set(counts).count == 1
          ? [] : ["ledger, numbers, lanes and history differ on the standby: \(counts)"])
    }
  }

  private static func changes(_ connection: PostgresConnection) async throws -> Int {
    try await connection.query("select count(*) from ledger").single().get(at: 0)
  }

  private static let counts = """
    select (select count(*) from ledger)::integer,
      (select coalesce(sum(n), 0) from item)::integer,
      (select coalesce(sum(l.rows_changed), 0) from sluice_internal.lane l)::integer,
      (select coalesce(sum(b.rows_changed), 0) from sluice_internal.batch b)::integer
    """
}
