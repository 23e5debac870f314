internal import SluiceSchema

extension SluiceError.Code {
  /// Whether a driver that meets this must stop, because no waiting mends it.
  var isAboutSchema: Bool {
    [.schemaAbsent, .schemaOlder, .schemaNewer, .schemaForeign].contains(self)
  }
}
