/// What can be done with a descriptor without waiting.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// There is something to read: data, the end, or an error.
  package static let readable = Readiness(rawValue: 1)
  /// There is room to write, or an error that a write would report.
  package static let writable = Readiness(rawValue: 2)
  /// Other code of this process has closed the descriptor; this is never asked for.
  package static let invalid = Readiness(rawValue: 4)
}
