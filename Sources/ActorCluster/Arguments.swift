import WireCodec

/// The arguments of a call: a CBOR array with one item each.
enum Arguments {
  /// Why arguments could not be read: the method does not run.
  struct Undecodable: Error {
    let reason: CBORError
  }

  /// Reads all arguments and checks that there are no more.
  static func read<each Argument: WireCodable>(
    _ bytes: [UInt8]
  ) throws -> (repeat each Argument) {
    do {
      var reader = CBORReader(bytes)
      var items = try reader.beginArray()
      let arguments = (repeat try readOne((each Argument).self, from: &reader, in: &items))
      guard try !reader.next(in: &items) else {
        throw CBORError.invalidValue("The call has too many arguments.")
      }
      try reader.finish()
      return arguments
    } catch let error as CBORError {
      throw Undecodable(reason: error)
    }
  }

  /// Reads the one argument of most calls; packs cost more than small arguments do.
  static func readOnly<Argument: WireCodable>(
    _ type: Argument.Type, _ bytes: [UInt8]
  ) throws -> Argument {
    do {
      var reader = CBORReader(bytes)
      var items = try reader.beginArray()
      let argument = try readOne(type, from: &reader, in: &items)
      guard try !reader.next(in: &items) else {
        throw CBORError.invalidValue("The call has too many arguments.")
      }
      try reader.finish()
      return argument
    } catch let error as CBORError {
      throw Undecodable(reason: error)
    }
  }

  private static func readOne<Argument: WireCodable>(
    _ type: Argument.Type, from reader: inout CBORReader, in items: inout CBORItems
  ) throws(CBORError) -> Argument {
    guard try reader.next(in: &items) else {
      throw .invalidValue("The call has too few arguments.")
    }
    return try Argument(from: &reader)
  }
}
