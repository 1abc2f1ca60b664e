import Yams

/// What a number must be, beyond finite.
package enum NumberRule {
  case any, positive, notNegative
  case within(ClosedRange<Double>)

  /// What is wrong with the value, as the end of a sentence.
  func complaint(_ value: Double) -> String? {
    switch self {
    case .any: nil
    case .positive: value > 0 ? nil : "it must be above zero"
    case .notNegative: value >= 0 ? nil : "it must not be negative"
    case .within(let range):
      range.contains(value)
        ? nil
        : "it must be from \(Shown.number(range.lowerBound)) to \(Shown.number(range.upperBound))"
    }
  }
}

extension Fields {
  package func number(_ key: String, _ rule: NumberRule = .any) -> Double? {
    guard let node = node(key), let value = number(node, key) else { return nil }
    if let complaint = rule.complaint(value) {
      fault(key, "'\(key)' is \(Shown.number(value)); \(complaint)")
      return nil
    }
    return value
  }

  package func requiredNumber(_ key: String, _ rule: NumberRule = .any) -> Double? {
    guard has(key) else {
      require(key)
      return nil
    }
    return number(key, rule)
  }

  package func integer(_ key: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node, scalar.style == .plain,
      let value = PlainNumber.readInteger(scalar.string)
    else {
      fault(key, "'\(key)' is \(node.form), not a whole number")
      return nil
    }
    guard range.contains(value) else {
      fault(
        key, "'\(key)' is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  package func flag(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    if case .scalar(let scalar) = node, scalar.style == .plain {
      if scalar.string == "true" { return true }
      if scalar.string == "false" { return false }
    }
    fault(key, "'\(key)' is \(node.form); write true or false")
    return nil
  }

  package func text(_ key: String) -> String? {
    guard let node = node(key) else { return nil }
    return text(node, key)
  }

  package func text(_ node: Node, _ key: String) -> String? {
    guard case .scalar(let scalar) = node else {
      log.fault(at: node.place, "\(owner): '\(key)' is \(node.form), not a text")
      return nil
    }
    return scalar.string
  }

  /// One of the words of an enumeration.
  package func word<Word: RawRepresentable & CaseIterable>(_ key: String, _: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let text = text(key) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue)
    fault(key, "'\(key)' is '\(Shown.text(text))'; known are \(known.joined(separator: ", "))")
    return nil
  }

  package func list(_ key: String) -> [Node]? {
    guard let node = node(key) else { return nil }
    guard case .sequence(let sequence) = node else {
      fault(key, "'\(key)' is \(node.form), not a list")
      return nil
    }
    return Array(sequence)
  }

  /// A list of numbers, of an exact length if one is given.
  package func numbers(_ key: String, count: Int? = nil) -> [Double]? {
    guard let nodes = list(key) else { return nil }
    return numbers(nodes, key, count: count, at: place(of: key))
  }

  package func numbers(_ nodes: [Node], _ key: String, count: Int?, at place: Place) -> [Double]? {
    if let count, nodes.count != count {
      log.fault(
        at: place, "\(owner): '\(key)' has \(nodes.count) values; it takes \(count)")
      return nil
    }
    let values = nodes.compactMap { number($0, key) }
    return values.count == nodes.count ? values : nil
  }

  /// Lower and upper limit, in this order.
  package func limits(_ key: String, _ rule: NumberRule = .any) -> ClosedRange<Double>? {
    guard let pair = numbers(key, count: 2) else { return nil }
    for value in pair {
      guard let complaint = rule.complaint(value) else { continue }
      fault(key, "'\(key)' holds \(Shown.number(value)); \(complaint)")
      return nil
    }
    guard pair[0] <= pair[1] else {
      fault(
        key,
        "'\(key)' is [\(Shown.number(pair[0])), \(Shown.number(pair[1]))]; the lower limit comes first"
      )
      return nil
    }
    return pair[0]...pair[1]
  }

  /// The mapping under a key.
  package func fields(_ key: String) -> Fields? {
    guard let node = node(key) else { return nil }
    return Fields(
      node, owner: isRoot ? "'\(key)'" : "\(owner): '\(key)'", place: place(of: key), log: log)
  }

  /// A time of day, `"17:30"` or `"24:00"` for the end of the day, in seconds.
  package func clock(_ key: String) -> Int64? {
    guard let text = text(key) else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap {
      $0.utf8.count == 2 ? PlainNumber.readInteger(String($0)) : nil
    }
    if (2...3).contains(parts.count), numbers.count == parts.count,
      numbers.allSatisfy({ $0 >= 0 }), numbers.dropFirst().allSatisfy({ $0 < 60 })
    {
      let seconds = numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
      if seconds <= 86_400 { return seconds }
    }
    fault(key, "'\(key)' is '\(Shown.text(text))', not a time of day; write it like \"17:30\"")
    return nil
  }

  package func number(_ node: Node, _ key: String) -> Double? {
    guard case .scalar(let scalar) = node else {
      log.fault(at: node.place, "\(owner): '\(key)' is \(node.form), not a number")
      return nil
    }
    guard scalar.style == .plain else {
      log.fault(
        at: node.place,
        "\(owner): '\(key)' is the quoted text \"\(Shown.text(scalar.string))\"; write a number without quotes"
      )
      return nil
    }
    switch PlainNumber.read(scalar.string) {
    case .number(let value): return value
    case .notFinite:
      log.fault(at: node.place, "\(owner): '\(key)' is \(node.form); it must be a finite number")
    case .notANumber:
      log.fault(at: node.place, "\(owner): '\(key)' is \(node.form), not a number")
    }
    return nil
  }
}
