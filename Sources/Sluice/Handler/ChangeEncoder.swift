internal import Postgres

/// Encodes a handler's change: each property is a column, and nil is null instead of nothing.
struct ChangeEncoder: Encoder {
  /// What was written so far.
  final class Written {
    /// The columns.
    var record = ChangeRecord()
  }

  /// Columns of the table, as far as they are known.
  let columns: Set<String>
  /// What was written so far.
  let written = Written()
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// Columns by name.
  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(ChangeContainer(encoder: self))
  }

  /// A change has names, not positions; nothing is written, which the database refuses.
  func unkeyedContainer() -> any UnkeyedEncodingContainer { NoContainer() }

  /// A change has names; nothing is written, which the database refuses.
  func singleValueContainer() -> any SingleValueEncodingContainer { NoContainer() }
}
