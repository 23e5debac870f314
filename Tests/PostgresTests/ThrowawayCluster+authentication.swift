import Foundation
import SluiceTesting

extension ThrowawayCluster {
  /// Replaces `pg_hba.conf` and restarts the server.
  func setAuthentication(_ rules: String) async throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(dataDirectory)/pg_hba.conf"))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(rules.utf8))
    try file.close()
    try await restart()
  }
}
