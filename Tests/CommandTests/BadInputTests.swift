import Foundation
import Testing

extension CommandTests {
  @Suite("A file that cannot be used")
  struct BadInputTests {
    /// The commands that read a document.
    static let readers: [[String]] = [["flow"], ["model", "validate"], ["demo", "--topology"]]

    @Test("is told with all its faults and their places", arguments: readers, FaultyGrid.all)
    func faultIsTold(_ reader: [String], _ grid: FaultyGrid) async throws {
      let folder = try Scratch()
      let file = try folder.write(grid.text, to: "grid.yaml")
      let refused = try await read(file, with: reader)
      let errors = refused.noteLines.filter { $0.contains(": error: ") }
      #expect(errors == grid.faults.map { "\(file):\($0)" })
    }

    @Test("has a sound neighbour that every command takes", arguments: readers)
    func soundIsTaken(_ reader: [String]) async throws {
      let folder = try Scratch()
      let file = try folder.write(FaultyGrid.sound, to: "grid.yaml")
      let ended = try await RunningCommand(reader + [file]).end(within: .seconds(20))
      #expect(ended.status == 0)
      #expect(!ended.output.isEmpty)
      #expect(ended.notes.isEmpty)
    }

    @Test("because of a misspelt key is told with the closest one")
    func closestKey() async throws {
      let folder = try Scratch()
      let text = FaultyGrid.sound.replacing("q_Mvar", with: "q_Mvr")
      let file = try folder.write(text, to: "grid.yaml")
      let refused = try await read(file, with: ["flow"])
      #expect(refused.noteLines.last == "\(file):11:34: note: closest is 'q_Mvar'")
    }

    @Test("because it is empty, missing, a folder or of unknown format is told", arguments: readers)
    func noDocument(_ reader: [String]) async throws {
      let folder = try Scratch()
      let empty = try folder.write("", to: "empty.yaml")
      let text = try folder.write(FaultyGrid.sound, to: "grid.txt")
      let missing = folder.file("missing.yaml").path
      let here = folder.folder.path
      for (file, start) in [
        (empty, "\(empty):1:1: error: the file is empty"),
        (missing, "\(missing): error: there is no such file"),
        (here, "\(here): error: this is a directory, not a file"),
        (text, "\(text): error: its format is not known"),
      ] {
        let refused = try await read(file, with: reader)
        #expect(refused.noteLines.count == 1)
        #expect(refused.notes.hasPrefix(start))
      }
    }

    @Test("because its bytes are random is told", arguments: ["yaml", "m"])
    func randomBytes(_ suffix: String) async throws {
      let folder = try Scratch()
      var random = SystemRandomNumberGenerator()
      let bytes = Data((0..<4_096).map { _ in UInt8.random(in: 0...255, using: &random) })
      let file = try folder.write(bytes, to: "noise.\(suffix)")
      let refused = try await read(file, with: ["flow"])
      #expect(refused.notes.hasPrefix("\(file): error: it is not UTF-8 text"))
    }

    @Test("because it is 100 MB of brackets is told within two seconds")
    func hundredMegabytes() async throws {
      let folder = try Scratch()
      let brackets = Data(repeating: UInt8(ascii: "["), count: 100_000_000)
      let file = try folder.write(brackets, to: "deep.yaml")
      let refused = try await read(file, with: ["flow"])
      #expect(refused.notes.contains("a YAML document may have 64 MiB"))
      #expect(refused.waited < .seconds(2))
    }

    @Test("because it nests without end is told where")
    func deepNesting() async throws {
      let folder = try Scratch()
      let file = try folder.write(String(repeating: "[", count: 1_000_000), to: "deep.yaml")
      let refused = try await read(file, with: ["flow"])
      #expect(refused.notes.hasPrefix("\(file):1:65: error: more than 64 levels of nesting"))
    }

    @Test("because code follows its tables is told by line, without the code it is taken")
    func codeAfterTables() async throws {
      let folder = try Scratch()
      let sound = try folder.write(Self.twoBuses, to: "sound.m")
      #expect(try await Busbar.run("flow", sound).status == 0)

      let scripted = Self.twoBuses + "mpc.bus(:, 3) = mpc.bus(:, 3) / 1000;\n"
      let file = try folder.write(scripted, to: "scripted.m")
      let refused = try await read(file, with: ["flow"])
      #expect(
        refused.notes.hasPrefix("\(file):10:1: error: 'mpc.bus(:, 3) = mpc.bus(:, 3) / 1000;'"))
    }

    @Test("beside sound ones is told, and the sound ones are counted")
    func severalFiles() async throws {
      let folder = try Scratch()
      let faulty = try folder.write(FaultyGrid.all[0].text, to: "faulty.yaml")
      let sound = try folder.write(FaultyGrid.sound, to: "sound.yaml")
      let ended = try await Busbar.run("model", "validate", faulty, sound, "nowhere.yaml")
      #expect(ended.status == 65)
      #expect(ended.outputLines.count == 1)
      #expect(ended.output.hasPrefix("\(sound): 3 buses, "))
      #expect(ended.notes.contains("\(faulty):10:28: error: "))
      #expect(ended.notes.contains("nowhere.yaml: error: there is no such file"))
    }

    /// Runs a command on a file that it must refuse: with 65, and nothing on standard output.
    private func read(_ file: String, with reader: [String]) async throws -> Ending {
      let ended = try await RunningCommand(reader + [file]).end(within: .seconds(10))
      #expect(ended.status == 65)
      #expect(ended.output.isEmpty)
      return ended
    }

    private static let twoBuses = """
      function mpc = two
      mpc.version = '2';
      mpc.baseMVA = 100;
      mpc.bus = [
        1 3 0 0 0 0 1 1 0 110 1 1.1 0.9;
        2 1 10 2 0 0 1 1 0 110 1 1.1 0.9;
      ];
      mpc.gen = [1 0 0 100 -100 1 100 1 100 0];
      mpc.branch = [1 2 0.01 0.1 0 0 0 0 0 0 1 -360 360];

      """
  }
}
