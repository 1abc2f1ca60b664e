import Testing

@testable import HTTP2Session

struct HTTP2HeadersTests {
  @Test("Fields come back in their order, a name gives its first value")
  func order() {
    let fields = [("a", "1"), ("b", ""), ("a", "2"), ("", "x"), ("long-name", "Zürich")].map {
      HTTP2Headers.Field(name: $0.0, value: $0.1)
    }
    let headers = HTTP2Headers(fields)
    #expect(headers.fields == fields)
    #expect(headers["a"] == "1")
    #expect(headers["b"] == "")
    #expect(headers[""] == "x")
    #expect(headers["long-name"] == "Zürich")
    #expect(headers["long"] == nil)
    #expect(headers["1"] == nil)
    #expect(headers.range(of: "b").map { headers.bytes[$0].isEmpty } == true)
  }

  @Test("Names and values that run together are not mistaken for each other")
  func boundaries() {
    #expect(
      HTTP2Headers([.init(name: "ab", value: "c")]) != HTTP2Headers([.init(name: "a", value: "bc")])
    )
    #expect(HTTP2Headers([.init(name: "ab", value: "c")])["a"] == nil)
    #expect(HTTP2Headers()["a"] == nil)
  }
}
