import Foundation
import Postgres

/// The schema as PostgreSQL sees it, a line an object or a property of one; equal for equal schemas.
func catalog(of configuration: PostgresConfiguration) async throws -> [String] {
  let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../sql/support/catalog.sql")
  let query = try String(contentsOf: file, encoding: .utf8)
    .split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("\\") }.joined(separator: "\n")
  return try await PostgresConnection.withConnection(configuration) { connection in
    try await connection.script(query).last?.map { try $0.get(at: 0, as: String.self) } ?? []
  }
}
