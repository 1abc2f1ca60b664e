/// How fast items of a stream went from one process to another.
struct StreamTiming: BenchTiming, Sendable {
  /// Whether the connection was mutual TLS.
  let isEncrypted: Bool
  let itemBytes: Int
  /// From a grant of one item until it was there.
  let roundTrips_us: [Double]
  let items: Int
  /// How many items the subscriber had granted at most.
  let credit: Int
  /// From being said until it was heard, of each item while the stream was full.
  let ages_us: [Double]
  let cost: BenchCost

  private var megabytesPerSecond: Double {
    cost.perSecond(items) * Double(itemBytes) / 1_000_000
  }

  var lines: [String] {
    [
      pathName(isEncrypted: isEncrypted),
      "\(counted(roundTrips_us.count, "item")) of \(counted(itemBytes, "byte")) one by one: from its "
        + "grant to the item \(roundTrips_us.spread_us)",
      "\(counted(items, "item")) with credit for \(credit): \(fixed(cost.perSecond(items), 0)) items/s, "
        + "\(fixed(megabytesPerSecond, 1)) MB/s; heard after: \(ages_us.spread_us); "
        + "processor time an item \(fixed(cost.own_us(per: items), 2)) us here, "
        + "\(fixed(cost.other_us(per: items), 2)) us there",
    ]
  }

  var json: JSON {
    [
      "apiVersion": "busbar/v1", "kind": "StreamBenchmark", "tls": .bool(isEncrypted),
      "itemBytes": JSON(itemBytes),
      "oneByOne": [
        "items": JSON(roundTrips_us.count), "item_us": roundTrips_us.spread,
      ],
      "together": [
        "items": JSON(items), "credit": JSON(credit),
        "itemsPerSecond": .number(cost.perSecond(items)),
        "megabytesPerSecond": .number(megabytesPerSecond),
        "age_us": ages_us.spread,
        "subscriberCPU_us": .number(cost.own_us(per: items)),
        "publisherCPU_us": .number(cost.other_us(per: items)),
      ],
    ]
  }
}
