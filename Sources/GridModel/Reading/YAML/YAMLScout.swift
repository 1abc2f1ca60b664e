struct YAMLScout {
  init(_ text: String) {}
  mutating func look(log: FindingLog) -> Bool { true }
}
