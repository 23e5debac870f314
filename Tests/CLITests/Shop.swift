import Foundation
import Postgres
import Sluice
import SluiceTesting

/// A database with Sluice and a table of orders whose totals are to be filled in.
enum Shop {
  /// Prepared once, cloned for each test.
  static let template = TestTemplate("cli") { connection in
    _ = try await SchemaInstaller().install(on: connection)
    try await connection.script(
      """
      create table orders (id bigint primary key, cents bigint not null, total bigint);
      insert into orders select n, n, null from generate_series(1, 5000) n;
      analyze orders
      """)
  }

  /// Statement that defines the migration `fill_total`.
  static let definition = """
    select sluice.define('fill_total', target => 'public.orders', pending => 'total is null', set => 'total = cents');
    """

  /// Lends a fresh database, and the program for it.
  static func open(_ body: (Program, PostgresConnection) async throws -> Void) async throws {
    try await TestDatabase.withDatabase(from: template) { database in
      try await PostgresConnection.withConnection(database.configuration) { connection in
        try await connection.query("select sluice.adopt()")
        try await body(Program(database: database.name), connection)
      }
    }
  }

  /// Lends a fresh database where the migration is defined.
  static func withMigration(_ body: (Program, PostgresConnection) async throws -> Void) async throws {
    try await open { program, connection in
      try await connection.script(definition)
      try await body(program, connection)
    }
  }
}
