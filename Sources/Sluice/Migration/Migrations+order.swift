extension Migrations {
  /// The definitions, each behind those of the collection that it comes after; otherwise in the order given.
  ///
  /// - Throws: `SluiceError`: `invalidArgument` when two of a name differ, or when some wait for each other.
  func inOrder() throws -> [Definition] {
    var byName: [String: Definition] = [:]
    for definition in definitions {
      if let other = byName.updateValue(definition, forKey: definition.name), other != definition {
        throw SluiceError(
          .invalidArgument, "two migrations are named \"\(definition.name)\"", hint: "Give one of them another name.")
      }
    }
    var ordered: [Definition] = []
    var placed: Set<String> = []
    func place(_ definition: Definition, waiting: [String]) throws {
      if placed.contains(definition.name) { return }
      if waiting.contains(definition.name) {
        throw SluiceError(
          .invalidArgument, "migration \"\(definition.name)\" comes after itself",
          detail: "\((waiting + [definition.name]).joined(separator: " comes after ")).",
          hint: "Take one of them out of After(...).")
      }
      for name in definition.after {
        if let earlier = byName[name] { try place(earlier, waiting: waiting + [definition.name]) }
      }
      placed.insert(definition.name)
      ordered.append(definition)
    }
    for definition in definitions { try place(definition, waiting: []) }
    return ordered
  }
}
