/// The header fields of a message, in the order in which they were added or arrived.
///
/// Names are lower case, as HTTP/2 wants them; looking one up compares bytes. Pseudo-headers
/// (`:path` and the like) are not in here.
public struct HTTP2Headers: Sendable, Equatable {
  /// One header field.
  public struct Field: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// All fields; a name may occur more than once.
  public private(set) var fields: [Field]

  public init(_ fields: [Field] = []) {
    self.fields = fields
  }

  /// The value of the first field with this name, or nil.
  ///
  /// - Parameter name: lower case.
  public subscript(name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// Adds a field after the others.
  ///
  /// - Parameters:
  ///   - name: lower case; a peer refuses a message with an upper-case letter here.
  ///   - value: printable text without line breaks.
  public mutating func append(name: String, value: String) {
    fields.append(Field(name: name, value: value))
  }
}

extension HTTP2Headers: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Field(name: $0.0, value: $0.1) })
  }
}
