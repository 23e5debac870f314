/// Name and type of a result's column.
public struct PostgresColumn: Sendable, Hashable {
  /// Name as the server gave it; names may repeat in a result.
  public let name: String
  /// Oid of the column's type in `pg_type`.
  public let typeOID: UInt32
}
