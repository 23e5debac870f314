internal import ArgumentParser

/// For whom the answer is.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON, for programs.")
  var json = false

  /// Console for the answer.
  var console: Console { Console(isJSON: json) }
}
