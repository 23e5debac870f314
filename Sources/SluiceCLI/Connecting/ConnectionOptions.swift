internal import ArgumentParser
internal import Postgres

/// Where the database is.
struct ConnectionOptions: ParsableArguments {
  @Option(
    name: [.customShort("d"), .long],
    help: ArgumentHelp(
      "The database: a conninfo string, a URL, or a name; else PGHOST, PGDATABASE, PGSERVICE ...",
      valueName: "conninfo"))
  var database: String?

  /// Options as given on the command line.
  init() {}

  /// Options for a database.
  init(_ database: String?) { self.database = database }

  /// How to connect.
  func configuration(as name: String = "sluice") -> PostgresConfiguration {
    var configuration = PostgresConfiguration(database ?? "")
    configuration.applicationName = name
    return configuration
  }
}
