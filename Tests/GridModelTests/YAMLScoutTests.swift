import GridModel
import Testing

@Suite("A text that is no plain YAML")
struct YAMLScoutTests {
  private static let start = "apiVersion: busbar/v1\nkind: Topology\n"

  @Test(
    "is refused where it goes wrong",
    arguments: [
      ("", "1:1: error: the file is empty; a topology begins with 'apiVersion: busbar/v1'"),
      (
        "# nothing\n",
        "1:1: error: the file is empty; a topology begins with 'apiVersion: busbar/v1'"
      ),
      ("buses:\n\t- {id: a}\n", "2:1: error: a tab; YAML wants spaces"),
      ("buses:\n  \t- {id: a}\n", "2:3: error: a tab; YAML wants spaces"),
      ("a: b\n\t\n", "2:1: error: a tab; YAML wants spaces"),
      ("kind: a\0b\n", "1:8: error: a character that is no text"),
      ("kind: ä\u{2028}b\n", "1:8: error: a line end that is not plain"),
      ("a: &x 1\n", "1:4: error: an anchor; write the values out"),
      ("a: [1, *x]\n", "1:8: error: an alias; write the values out"),
      ("a: !!str 5\n", "1:4: error: a tag; values are told apart by how they are written"),
      ("? a\n: b\n", "1:1: error: '? ' begins a complex key; a key is a plain word"),
      ("%YAML 1.2\n---\na: b\n", "1:1: error: a directive; leave it out"),
      ("a: [1, 2\n", "2:1: error: this is not YAML: did not find expected ',' or ']'"),
      ("a: b: c\n", "1:5: error: this is not YAML: mapping values are not allowed in this context"),
      ("a: 'b\n", "2:1: error: this is not YAML: found unexpected end of stream"),
      ("a: b\n---\nc: d\n", "2:1: error: this is not YAML: but found another document"),
      ("a: |2\n    b\n", "1:5: error: write the '|' or '>' without a number or a word behind it"),
    ])
  func isRefused(_ text: String, _ finding: String) {
    #expect(Sample.faults(text, "g.yaml").first == "g.yaml:" + finding)
  }

  @Test(
    "has neighbours that are read",
    arguments: [
      "metadata:\n  title: five\n    'o clock [[ & * !\n",
      "metadata:\n  title: |\n    [[[[ & \t *\n\n    text\n",
      "metadata: {title: 'it''s [ fine', source: \"a \\\" [ b\"} # [[[\n",
      "metadata: {title: five\n  'o clock, source: R&D *}\n",
      "metadata:\r\n  title: a\r\n",
      "metadata:\n\n  # \t & *\n  title: Ring # [\n",
      "metadata: {title: a#b, source: x - y}\n",
      "metadata: # here\n   title: \"two\n\t lines\"\n",
    ])
  func isRead(_ text: String) throws {
    let rest = Sample.small.replacing("kind: Topology\n", with: "kind: Topology\n" + text)
    #expect(Sample.faults(rest, "g.yaml") == [])
  }

  @Test("nests 64 levels and no more, in brackets, lists and mappings")
  func nestingEnds() {
    let flow = String(repeating: "[", count: 100)
    let dashes = String(repeating: "- ", count: 100)
    let keys = (0..<100).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    for text in [flow, dashes, keys, "a: b\n 'c\nd: " + flow] {
      let faults = Sample.faults(text, "g.yaml")
      #expect(faults.count == 1)
      #expect(faults.first?.contains("more than 64 levels of nesting") == true)
    }
    let allowed = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(
      Sample.faults(Self.start + "time: \(allowed)\n", "g.yaml").contains {
        $0.contains("'time' is a list")
      })
  }

  @Test("names every key that is written twice")
  func keysAreWrittenOnce() throws {
    let text = "kind: a\nb: {c: 1, d: 2, c: 3}\nkind: c\ne:\n- f: 1\n  g: 2\n  'f': 3\n- f: 4\n"
    #expect(throws: DocumentFaults.self) { try Topology.read(text, named: "g.yaml") }
    do {
      _ = try Topology.read(text, named: "g.yaml")
    } catch {
      #expect(
        error.description == """
          g.yaml:2:17: error: the key 'c' is written twice in one mapping
          g.yaml:2:5: note: it is written here first
          g.yaml:3:1: error: the key 'kind' is written twice in one mapping
          g.yaml:1:1: note: it is written here first
          g.yaml:7:3: error: the key 'f' is written twice in one mapping
          g.yaml:5:3: note: it is written here first
          """)
    }
  }

  @Test("of a hundred million brackets is answered at once")
  func hugeTextIsAnsweredAtOnce() {
    let text = String(repeating: "[", count: 100_000_000)
    let clock = ContinuousClock()
    var faults: [String] = []
    let time = clock.measure { faults = Sample.faults(text, "g.yaml") }
    #expect(
      faults == [
        "g.yaml: error: the file has 95 MiB; a YAML document may have 64 MiB, a bigger network belongs in a MATPOWER .m file"
      ])
    #expect(time < .seconds(1))
  }
}
