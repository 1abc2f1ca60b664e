import Distributed
import WireCodec

/// One method that peers may call: its stable name and how to call it with decoded arguments.
///
///     Target("scale(by:)") { actor, factor in try await actor.scale(by: factor) }
public struct Target<Act: DistributedActor>: Sendable {
  typealias Run = @Sendable (Act, [UInt8]) async throws -> [UInt8]

  let name: String
  let era: EraRule
  let run: Run

  /// Declares a method with a result.
  public init<each Argument: WireCodable, Result: WireCodable>(
    _ name: String, era: EraRule = .current,
    _ body: @escaping @Sendable (Act, repeat each Argument) async throws -> Result
  ) {
    self.name = name
    self.era = era
    run = { actor, bytes in
      let arguments: (repeat each Argument) = try Arguments.read(bytes)
      return try await body(actor, repeat each arguments).encoded()
    }
  }

  /// Declares a method without a result.
  public init<each Argument: WireCodable>(
    _ name: String, era: EraRule = .current,
    _ body: @escaping @Sendable (Act, repeat each Argument) async throws -> Void
  ) {
    self.name = name
    self.era = era
    run = { actor, bytes in
      let arguments: (repeat each Argument) = try Arguments.read(bytes)
      try await body(actor, repeat each arguments)
      return []
    }
  }

  /// Declares a method with one argument and a result.
  public init<Argument: WireCodable, Result: WireCodable>(
    _ name: String, era: EraRule = .current,
    _ body: @escaping @Sendable (Act, Argument) async throws -> Result
  ) {
    self.name = name
    self.era = era
    run = { actor, bytes in
      try await body(actor, try Arguments.readOnly(Argument.self, bytes)).encoded()
    }
  }

  /// Declares a method with one argument and without a result.
  public init<Argument: WireCodable>(
    _ name: String, era: EraRule = .current,
    _ body: @escaping @Sendable (Act, Argument) async throws -> Void
  ) {
    self.name = name
    self.era = era
    run = { actor, bytes in
      try await body(actor, try Arguments.readOnly(Argument.self, bytes))
      return []
    }
  }
}
