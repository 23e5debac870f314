import FoundationEssentials

/// Folder where the build put programs and modules: the one that the running tests lie in.
func builtProducts() throws -> String {
  let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  return tests.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
}
