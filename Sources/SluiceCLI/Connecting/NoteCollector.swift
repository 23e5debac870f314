internal import Postgres
internal import Synchronization

/// Takes the remarks of the server: for people they are printed as they come, for programs they are kept.
final class NoteCollector: Sendable {
  private let console: Console
  private let notes = Mutex<[Note]>([])

  /// Collector that prints on a console.
  init(_ console: Console) { self.console = console }

  /// Takes a notice or a warning; what the server says when it ends a session is told by the call that meets it.
  func take(_ notice: PostgresNotice) {
    if ["FATAL", "PANIC"].contains(notice.severity) { return }
    let note = Note(notice)
    notes.withLock { $0.append(note) }
    console.note(note)
  }

  /// Remarks so far, oldest first; they are forgotten here.
  func drain() -> [Note] {
    notes.withLock { notes in
      defer { notes = [] }
      return notes
    }
  }
}
