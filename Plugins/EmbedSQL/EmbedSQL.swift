import Foundation
import PackagePlugin

/// Embeds the files of `sql/` into a target, as Swift source that exists in the build folder alone.
@main
struct EmbedSQL: BuildToolPlugin {
  /// One command, which runs again whenever a file of `sql/` changes, comes or goes.
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "sql")
    let output = context.pluginWorkDirectoryURL.appending(path: "SchemaSource+embedded.swift")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    return [
      .buildCommand(
        displayName: "Embed sql/",
        executable: try context.tool(named: "SQLEmbedder").url,
        arguments: [folder.path(), output.path()],
        inputFiles: (files ?? []).filter { $0.pathExtension == "sql" }.sorted { $0.path() < $1.path() },
        outputFiles: [output])
    ]
  }
}
