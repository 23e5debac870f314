internal import Foundation
internal import Postgres

extension Session {
  /// Length of time, as PostgreSQL reads an interval: `1 week`, `90 min`.
  ///
  /// - Throws: `Failure` for what is no interval, or not above zero.
  func duration(_ text: String?, option: String) async throws -> Duration? {
    guard let text else { return nil }
    let seconds: Double = try await read(text, option: option, as: "an interval", example: "'1 week' or '90 minutes'") {
      try await connection.query("select extract(epoch from $1::interval)::float8", [.text(text)]).single().get(at: 0)
    }
    guard seconds > 0 else {
      throw Failure(.badInput, "\(option) must be longer than zero", hint: "Give an interval such as '1 week'.")
    }
    return .seconds(seconds)
  }

  /// Moment, as PostgreSQL reads one: `tomorrow 02:00`, `2026-03-01 22:00+01`.
  func moment(_ text: String?, option: String) async throws -> Date? {
    guard let text else { return nil }
    return try await read(text, option: option, as: "a time", example: "'tomorrow 02:00' or '2026-03-01 22:00+01'") {
      try await connection.query("select $1::timestamptz", [.text(text)]).single().get(at: 0)
    }
  }

  private func read<Value>(
    _ text: String, option: String, as kind: String, example: String, _ ask: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await ask()
    } catch let error as PostgresError where error.sqlState?.hasPrefix("22") == true {
      var failure = Failure(.badInput, "\(option): \"\(text)\" is not \(kind)", hint: "Write it as in \(example).")
      failure.sqlState = error.sqlState
      throw failure
    }
  }
}
