import Foundation
import SQLiteTwinStore
import Testing
import TwinStore

/// Reading beside a coordinator.
struct ReaderTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("A reader sees what is committed, while the writer goes on")
  func readsBeside() throws {
    let store = try SQLiteStore(at: scratch.store)
    let reader = try StoreReader(at: scratch.store)
    #expect(try reader.label() == nil)
    #expect(try reader.slices() == [])
    #expect(try reader.ticks() == nil)
    try store.claim(StoreConformance.label, slices: StoreConformance.slices)
    #expect(try reader.label() == StoreConformance.label)
    #expect(
      try reader.slices().sorted { $0.segment < $1.segment }
        == StoreConformance.slices.sorted { $0.segment < $1.segment })
    let era = try store.raiseEra()
    for tick in 0..<5 as Range<Int64> {
      try store.commit(StoreConformance.commit(tick), era: era)
      #expect(try reader.ticks() == 0...tick)
    }
    #expect(
      try reader.commits(in: 3...9, of: ["feeder-1", "Straße 2"])
        == [StoreConformance.commit(3), StoreConformance.commit(4)])
    #expect(
      try reader.commits(in: 1...1, of: ["feeder-1"])[0].states.map(\.segment) == ["feeder-1"])
    #expect(try reader.commits(in: 5...9, of: ["feeder-1"]).isEmpty)
    #expect(try reader.faults() == [])
  }

  @Test("A reader finds the ticks of a store that was closed")
  func readsAlone() throws {
    do {
      let store = try SQLiteStore(at: scratch.store)
      try store.commit(StoreConformance.commit(0), era: try store.raiseEra())
    }
    #expect(try StoreReader(at: scratch.store).ticks() == 0...0)
  }

  @Test("Where there is no store, none is made")
  func refusesNothing() throws {
    #expect(
      throws: StoreError.unusable(path: scratch.store, why: "there is no such file")
    ) { _ = try StoreReader(at: scratch.store) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).isEmpty)
  }

  @Test("An empty file holds no tick")
  func emptyFile() throws {
    try Data().write(to: URL(fileURLWithPath: scratch.store))
    let reader = try StoreReader(at: scratch.store)
    #expect(try reader.ticks() == nil)
    #expect(try reader.label() == nil)
    #expect(try reader.slices() == [])
  }
}
