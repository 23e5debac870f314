import Postgres
import SluiceTesting
import Synchronization
import Testing

/// What the server says unasked.
@Suite("Notifications and notices", .timeLimit(.minutes(5)))
struct NotificationTests {
  @Test("arrive on the channel, with payload and sender")
  func notification() async throws {
    try await withConnection { sender in
      try await withConnection { listener in
        let notifications = try await listener.listen(to: "Odd \"name\"", "other")
        try await sender.query("select pg_notify('Odd \"name\"', 'hello'), pg_notify('elsewhere', 'x')")
        try await sender.query("select pg_notify('other', '')")
        var iterator = notifications.makeAsyncIterator()
        let first = try await iterator.next()
        #expect(first?.channel == "Odd \"name\"" && first?.payload == "hello")
        let senderID = await sender.backendProcessID
        #expect(first?.processID == senderID)
        #expect(try await iterator.next()?.channel == "other")
      }
    }
  }

  @Test("go on beside queries of the same connection")
  func besideQueries() async throws {
    try await withConnection { connection in
      let notifications = try await connection.listen(to: "self")
      for number in 0..<20 { try await connection.query("select pg_notify('self', $1)", [.text("\(number)")]) }
      var payloads: [String] = []
      for try await notification in notifications {
        payloads.append(notification.payload)
        if payloads.count == 20 { break }
      }
      #expect(payloads == (0..<20).map { "\($0)" })
    }
  }

  @Test("end with an error when the connection is lost")
  func loss() async throws {
    try await withConnection { observer in
      try await withConnection { connection in
        let notifications = try await connection.listen(to: "c")
        try await observer.query("select pg_terminate_backend($1)", [.integer(await connection.backendProcessID)])
        let error = try await failure { for try await _ in notifications {} }
        #expect(error.code == .connectionLost && error.sqlState == "57P01")
      }
    }
  }

  @Test("end quietly when the connection is closed")
  func close() async throws {
    let connection = try await PostgresConnection.connect()
    let notifications = try await connection.listen(to: "c")
    await connection.close()
    for try await _ in notifications {}
  }

  @Test("of severity warning reach the handler and the result, with detail and hint")
  func notices() async throws {
    let inbox = NoticeLog()
    var configuration = PostgresConfiguration.environment
    configuration.onNotice = { inbox.append($0) }
    let result = try await withConnection(configuration) { connection in
      try await connection.query(
        "create function pg_temp.warn() returns int language plpgsql as $$ begin raise warning 'careful' "
          + "using detail = 'Why.', hint = 'How.', errcode = 'SL001'; return 1; end $$")
      return try await connection.query("select pg_temp.warn()")
    }
    #expect(result.notices == inbox.all && inbox.all.count == 1)
    let notice = try #require(inbox.all.first)
    #expect(notice.severity == "WARNING" && notice.message == "careful" && notice.sqlState == "SL001")
    #expect(notice.detail == "Why." && notice.hint == "How.")
  }
}

/// Notices in the order in which they came.
private final class NoticeLog: Sendable {
  private let notices = Mutex<[PostgresNotice]>([])

  var all: [PostgresNotice] { notices.withLock { $0 } }

  func append(_ notice: PostgresNotice) { notices.withLock { $0.append(notice) } }
}
