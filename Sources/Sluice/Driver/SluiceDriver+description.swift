extension SluiceDriver: CustomStringConvertible, CustomReflectable {
  /// Where it runs, and with how many workers: a line for logs, which print services.
  public var description: String {
    "SluiceDriver(\(configuration), \(options.workers) \(options.workers == 1 ? "worker" : "workers"))"
  }

  /// The same parts, without the SQL that it would install.
  public var customMirror: Mirror {
    Mirror(self, children: ["configuration": configuration, "options": options, "handlers": Array(handlers.keys)])
  }
}
