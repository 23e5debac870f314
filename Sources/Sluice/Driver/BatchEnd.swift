/// What a worker knows when its batch is committed.
struct BatchEnd: Sendable, Hashable {
  /// How long it is until another claim is worth while, by the server's clock.
  var pause: Duration
  /// Answer of the claim that was sent along with the commit; nil when none was.
  var next: ClaimAnswer?
}
