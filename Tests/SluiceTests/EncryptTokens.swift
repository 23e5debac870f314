import Crypto
import FoundationEssentials
import Sluice

/// Case 23: tokens are encrypted by application code.
struct EncryptTokens: HandlerMigration {
  static let definition = Definition("tokens_encrypted", target: "public.tokens") {
    Pending("token_encrypted is null and token is not null")
    Handler()
    Batch(min: 1, max: 100)
    OnFinish("alter table tokens drop column token")
  }

  struct Row: Decodable {
    let id: Int64
    let token: String
  }

  struct Change: Encodable {
    let id: Int64
    let tokenEncrypted: Data
    var token: String?
  }

  static let key = SymmetricKey(data: Data(repeating: 7, count: 32))

  static func handle(_ rows: [Row], in batch: HandlerBatch) async throws -> [Change] {
    try rows.map { row in
      let box = try AES.GCM.seal(Data(row.token.utf8), using: key, authenticating: Data("\(row.id)".utf8))
      return Change(id: row.id, tokenEncrypted: box.combined ?? Data())
    }
  }

  /// Tokens that do not decrypt to what they were, by a copy of the table; or were changed more than once.
  static func mistakes(in database: SluiceDatabase) async throws -> Int {
    try await database.asAuthor { author in
      let rows = try await author.query(
        """
        select c.id, c.token, t.token_encrypted, (select count(*) from ledger l where l.item_id = c.id) as times
        from tokens_before c left join tokens t on t.id = c.id
        """)
      return try rows.filter { row in
        let id = try row.get("id", as: Int.self)
        guard let sealed = try row.get("token_encrypted", as: Data?.self) else {
          return try row.get("token", as: String?.self) != nil
        }
        let opened = try AES.GCM.open(
          AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data("\(id)".utf8))
        return try String(decoding: opened, as: UTF8.self) != row.get("token", as: String.self)
          || row.get("times", as: Int.self) != 1
      }.count
    }
  }

  /// Lends a database with tokens, every tenth of them null.
  static func withTokens<Value: Sendable>(
    _ count: Int = 1000, _ body: (SluiceDatabase) async throws -> Value
  ) async throws -> Value {
    try await SluiceDatabase.with { database in
      try await database.asAuthor { author in
        try await author.script(
          """
          create table tokens (id bigint primary key, token text, token_encrypted bytea);
          insert into tokens select i, case when i % 10 > 0 then 'tökén ''\\ ' || i end from generate_series(1, \(count)) as i;
          create table tokens_before as table tokens;
          create function write_token() returns trigger language plpgsql as $$
          begin
            insert into ledger values (new.id, 1);
            return null;
          end
          $$;
          create trigger write_token after update on tokens for each row execute function write_token();
          analyze tokens
          """)
      }
      return try await body(database)
    }
  }
}
