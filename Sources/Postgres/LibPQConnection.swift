internal import CLibPQ

/// One `PGconn`, in Swift values: the C pointer does not leave this file and the one for results.
///
/// Not thread-safe; it belongs to one queue. libpq closes the socket when the connection breaks or this object ends, so
/// a duplicate is what others watch.
final class LibPQConnection {
  private let pointer: OpaquePointer
  private let inbox = NoticeInbox()

  /// Begins to connect; `poll` goes on.
  ///
  /// Resolves host names in the calling thread.
  ///
  /// - Throws: `connectionFailed` when it is already clear that this cannot work.
  init(keywords: [String: String]) throws(PostgresError) {
    let pairs = keywords.sorted { $0.key < $1.key }
    let started = withCStrings(pairs.map(\.key)) { keys in
      withCStrings(pairs.map(\.value)) { values in PQconnectStartParams(keys, values, 0) }
    }
    guard let started else { throw PostgresError(.connectionFailed, "out of memory") }
    pointer = started
    PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    PQsetNoticeReceiver(
      pointer,
      { inbox, result in
        guard let inbox, let result else { return }
        Unmanaged<NoticeInbox>.fromOpaque(inbox).takeUnretainedValue().receive(LibPQResult.notice(result))
      },
      Unmanaged.passUnretained(inbox).toOpaque())
    if isBroken { throw connectFailure() }
  }

  deinit { PQfinish(pointer) }

  /// Next step of connecting.
  enum Poll {
    /// Poll again when the socket can be read.
    case whenReadable
    /// Poll again when the socket can be written.
    case whenWritable
    /// Connected.
    case ready
    /// Cannot connect.
    case failed(PostgresError)
  }

  /// Goes on connecting; the socket may be another one afterwards.
  func poll() -> Poll {
    switch PQconnectPoll(pointer) {
    case PGRES_POLLING_READING: return .whenReadable
    case PGRES_POLLING_WRITING: return .whenWritable
    case PGRES_POLLING_OK:
      PQsetnonblocking(pointer, 1)
      return .ready
    default: return .failed(connectFailure())
    }
  }

  /// Descriptor of the socket; negative when there is none.
  var socket: Int32 { PQsocket(pointer) }
  /// Whether the connection is gone for good.
  var isBroken: Bool { PQstatus(pointer) == CONNECTION_BAD }
  /// Process id of the backend.
  var backendProcessID: Int32 { PQbackendPID(pointer) }
  /// Version of the server, such as 150018.
  var serverVersion: Int { Int(PQserverVersion(pointer)) }
  /// Whether no answer can be taken without waiting.
  var isBusy: Bool { PQisBusy(pointer) == 1 }

  /// Where the connection stands in its transaction.
  var transactionStatus: PostgresTransactionStatus {
    switch PQtransactionStatus(pointer) {
    case PQTRANS_IDLE: .idle
    case PQTRANS_ACTIVE: .active
    case PQTRANS_INTRANS: .inTransaction
    case PQTRANS_INERROR: .inFailedTransaction
    default: .unknown
    }
  }

  /// Queues a request for sending; `flush` sends.
  ///
  /// - Throws: `usage` or `connectionLost`; then the connection must be closed.
  func send(_ request: Request) throws(PostgresError) {
    inbox.beforeAnswer = []
    switch request {
    case .statement(let statement): try send(statement)
    case .script(let text): try check(PQsendQuery(pointer, text))
    case .pipeline(let statements):
      try check(PQenterPipelineMode(pointer))
      for statement in statements { try send(statement) }
      try check(PQpipelineSync(pointer))
    }
  }

  /// Queues one statement by the extended protocol.
  private func send(_ statement: PostgresStatement) throws(PostgresError) {
    let sent = withCStrings(statement.parameters.map(\.text)) { values in
      PQsendQueryParams(
        pointer, statement.sql, Int32(statement.parameters.count), nil, values, nil, nil, 0)
    }
    try check(sent)
  }

  /// Leaves pipeline mode after the synchronization point.
  func leavePipeline() throws(PostgresError) {
    try check(PQexitPipelineMode(pointer))
  }

  /// Sends what the socket takes; true when everything is out.
  func flush() -> Bool { PQflush(pointer) != 1 }

  /// Reads what the socket has; false when the connection is gone.
  func consumeInput() -> Bool { PQconsumeInput(pointer) == 1 }

  /// Next answer; asks only when not busy, or when the connection is gone.
  func nextAnswer() -> Exchange.Answer {
    guard let result = PQgetResult(pointer) else { return .endOfStatement }
    defer {
      PQclear(result)
      inbox.beforeAnswer = []
    }
    return LibPQResult.answer(result, notices: inbox.beforeAnswer)
  }

  /// Next notification that was read.
  func nextNotification() -> PostgresNotification? {
    guard let notify = PQnotifies(pointer) else { return nil }
    defer { PQfreemem(notify) }
    return PostgresNotification(
      channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra),
      processID: notify.pointee.be_pid)
  }

  /// Notices since the last call, oldest first.
  func takeNotices() -> [PostgresNotice] {
    defer { inbox.undelivered = [] }
    return inbox.undelivered
  }

  /// What libpq says about the last failure, on one line.
  var lastMessage: String { LibPQResult.oneLine(String(cString: PQerrorMessage(pointer))) }

  /// Means to cancel the running statement from another thread.
  func makeCancel() -> LibPQCancel? { PQgetCancel(pointer).map(LibPQCancel.init(taking:)) }

  private func check(_ done: Int32) throws(PostgresError) {
    if done == 1 { return }
    throw PostgresError(isBroken ? .connectionLost : .usage, lastMessage)
  }

  private func connectFailure() -> PostgresError {
    LibPQResult.connectFailure(String(cString: PQerrorMessage(pointer)))
  }

  /// Where the notice callback puts what it gets.
  private final class NoticeInbox {
    /// Notices that nobody has heard of.
    var undelivered: [PostgresNotice] = []
    /// Notices that came before the answer they belong to, perhaps in an earlier packet.
    var beforeAnswer: [PostgresNotice] = []

    func receive(_ notice: PostgresNotice) {
      undelivered.append(notice)
      beforeAnswer.append(notice)
    }
  }
}

/// Cancel request for the statement running on a connection.
///
/// `@unchecked Sendable`: the pointer is constant and this object owns it alone; `PQcancel` reads only the structure
/// behind it, is documented as thread-safe, and is called once by one thread; `PQfreeCancel` runs in deinit, when no
/// thread holds the object any more.
final class LibPQCancel: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(taking pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQfreeCancel(pointer) }

  /// Sends the request and waits until the server has passed it on; blocks the thread.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(pointer, &message, Int32(message.count))
  }
}

/// Connection strings, read by libpq itself.
enum LibPQConninfo {
  /// Keywords of a connection string or URL.
  ///
  /// - Throws: `usage`, without any part of the string where that may be of a password.
  static func parse(_ text: String) throws(PostgresError) -> [String: String] {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &message) else {
      defer { PQfreemem(message) }
      throw LibPQResult.conninfoFailure(message.map { String(cString: $0) } ?? "out of memory", of: text)
    }
    return take(options)
  }

  /// Keywords that the environment, a service named there, or libpq itself would fill in.
  static func defaults() -> [String: String] { PQconndefaults().map(take) ?? [:] }

  private static func take(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var next = options
    while let keyword = next.pointee.keyword {
      if let value = next.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      next += 1
    }
    return values
  }
}

/// Lends strings as a null-terminated array of C strings, where nil stays null.
private func withCStrings<Value>(
  _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
  let copies = strings.map { string -> UnsafeMutablePointer<CChar>? in
    guard let string else { return nil }
    let bytes = string.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    _ = UnsafeMutableBufferPointer(start: copy, count: bytes.count).initialize(from: bytes)
    return copy
  }
  defer { for copy in copies { copy?.deallocate() } }
  return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array with a null at its end is never empty") }
    return body(base)
  }
}
