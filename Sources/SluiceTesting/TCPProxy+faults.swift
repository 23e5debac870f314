extension TCPProxy {
  /// Way of a message.
  public enum Direction: Sendable, Hashable {
    /// From the client to the server.
    case toServer
    /// From the server to the client.
    case toClient
  }

  /// Message at which the wire is cut; the message itself does not arrive.
  public enum Trigger: Sendable, Hashable {
    /// The n-th message of a direction since the fault was armed, from 1, over all connections.
    case message(Int, Direction)
    /// The server's report that a command is complete, such as `COMMIT`.
    case completion(String)
  }

  /// How the wire ends, for both sides.
  public enum Ending: Sendable, Hashable, CaseIterable {
    /// In order, as when the peer's process ends.
    case fin
    /// By a reset, as when the peer's machine has forgotten the connection.
    case reset
    /// Not at all: nothing arrives any more, as when a cable is pulled.
    case silence
  }

  /// One fault; it happens once.
  public struct Fault: Sendable, Hashable {
    /// When it happens.
    public var trigger: Trigger
    /// What happens.
    public var ending: Ending

    /// Fault that cuts the wire at a message.
    public init(at trigger: Trigger, ending: Ending) {
      self.trigger = trigger
      self.ending = ending
    }
  }
}
