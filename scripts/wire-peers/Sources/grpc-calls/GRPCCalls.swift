import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// Unary calls over grpc-swift-2 in plaintext: eight bytes out, eight back, an actor behind them, no
/// protobuf.
///
/// usage: grpc-calls serve PORT | grpc-calls call PORT CALLS IN-FLIGHT
@main
enum GRPCCalls {
  static let method = MethodDescriptor(fullyQualifiedService: "bench.Answerer", method: "answer")

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    switch (arguments.first, numbers.count) {
    case ("serve", 1): try await serve(port: numbers[0])
    case ("call", 3): try await call(port: numbers[0], calls: numbers[1], inFlight: numbers[2])
    default:
      FileHandle.standardError.write(
        Data("usage: grpc-calls serve PORT | grpc-calls call PORT CALLS IN-FLIGHT\n".utf8))
      exit(64)
    }
  }

  private static func serve(port: Int) async throws {
    let server = GRPCServer(
      transport: .http2NIOPosix(
        address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext),
      services: [AnswererService(answerer: Answerer())])
    try await server.serve()
  }

  private static func call(port: Int, calls: Int, inFlight: Int) async throws {
    try await withGRPCClient(
      transport: .http2NIOPosix(
        target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
    ) { client in
      let ask: @Sendable () async throws -> Void = {
        _ = try await client.unary(
          request: ClientRequest(message: 1.0), descriptor: method, serializer: Number(),
          deserializer: Number(), options: .defaults
        ) { try $0.message }
      }
      for _ in 0..<500 { try await ask() }
      var times_us: [Double] = []
      for _ in 0..<max(1, calls / 10) {
        let start = ContinuousClock.now
        try await ask()
        times_us.append((ContinuousClock.now - start) / .microseconds(1))
      }
      let start = ContinuousClock.now
      let cpu = processorTime()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for part in 0..<inFlight {
          let share = calls / inFlight + (part < calls % inFlight ? 1 : 0)
          group.addTask { for _ in 0..<share { try await ask() } }
        }
        try await group.waitForAll()
      }
      let duration = (ContinuousClock.now - start) / .seconds(1)
      let callerCPU_us = (processorTime() - cpu) * 1e6 / Double(calls)
      times_us.sort()
      print(
        """
        {"oneByOne": {"median_us": \(times_us[times_us.count / 2])}, \
        "together": {"callsPerSecond": \(Double(calls) / duration), "callerCPU_us": \(callerCPU_us)}}
        """)
    }
  }

  /// What this process has used of the processor, in seconds.
  private static func processorTime() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

actor Answerer {
  func answer(_ number: Double) -> Double { -number }
}

struct AnswererService: RegistrableRPCService {
  let answerer: Answerer

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(
      forMethod: GRPCCalls.method, deserializer: Number(), serializer: Number()
    ) { request, _ in
      let request = try await ServerRequest(stream: request)
      let answer = await answerer.answer(request.message)
      return StreamingServerResponse(single: ServerResponse(message: answer))
    }
  }
}

/// A number as its eight bytes.
struct Number: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: Double) throws -> Bytes {
    withUnsafeBytes(of: message.bitPattern.littleEndian) { Bytes($0) }
  }

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Double {
    guard bytes.count == 8 else {
      throw RPCError(code: .invalidArgument, message: "A number has eight bytes.")
    }
    return bytes.withUnsafeBytes {
      Double(bitPattern: UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)))
    }
  }
}
