import Distributed
import WireCodec

/// Writes the arguments of a call straight into the body.
public struct CallInvocationEncoder: DistributedTargetInvocationEncoder {
  public typealias SerializationRequirement = any WireCodable

  /// Arrays of up to 23 items have a head of one byte, which is filled in at the end.
  private static let maximumArguments = 23

  private var arguments = CBORWriter(capacity: 256)
  private var argumentCount = 0

  mutating func finish() throws(ClusterError) -> [UInt8] {
    precondition(argumentCount <= Self.maximumArguments, "Too many arguments for one call.")
    do {
      var body = CBORWriter(capacity: arguments.bytes.count + 1)
      body.beginArray(count: argumentCount)
      return body.bytes + (try arguments.finish())
    } catch {
      throw .protocolViolation("An argument cannot be sent: \(error)")
    }
  }

  public mutating func recordArgument<Value: WireCodable>(
    _ argument: RemoteCallArgument<Value>
  ) throws {
    argumentCount += 1
    argument.value.encode(into: &arguments)
  }

  public mutating func recordGenericSubstitution<Substitution>(_ type: Substitution.Type) throws {
    throw ClusterError.protocolViolation("A generic method cannot be called on another node.")
  }

  public mutating func recordReturnType<Success: WireCodable>(_ type: Success.Type) throws {}

  public mutating func recordErrorType<Failure: Error>(_ type: Failure.Type) throws {}

  public mutating func doneRecording() throws {}
}

/// Demanded by the protocol of actor systems and never used: arguments are read by target tables.
public struct CallInvocationDecoder: DistributedTargetInvocationDecoder {
  public typealias SerializationRequirement = any WireCodable

  public mutating func decodeGenericSubstitutions() throws -> [any Any.Type] { [] }

  public mutating func decodeNextArgument<Argument: WireCodable>() throws -> Argument {
    throw ClusterError.protocolViolation("Arguments are read by target tables only.")
  }

  public mutating func decodeErrorType() throws -> (any Any.Type)? { nil }

  public mutating func decodeReturnType() throws -> (any Any.Type)? { nil }
}

/// Demanded by the protocol of actor systems and never used: see `CallInvocationDecoder`.
public struct CallResultHandler: DistributedTargetInvocationResultHandler {
  public typealias SerializationRequirement = any WireCodable

  public func onReturn<Success: WireCodable>(value: Success) async throws {}

  public func onReturnVoid() async throws {}

  public func onThrow<Failure: Error>(error: Failure) async throws {}
}
