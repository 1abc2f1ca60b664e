import Quantities
import Yams

extension TopologyReader {
  mutating func readHeader(_ document: Fields) {
    requireWord("apiVersion", Self.apiVersion, document)
    requireWord("kind", "Topology", document)
    if let metadata = document.fields("metadata") {
      if metadata.has("name") { topology.name = Self.name("name", metadata) ?? topology.name }
      topology.title = metadata.text("title") ?? ""
      topology.source = metadata.text("source") ?? ""
      metadata.finish()
    }
    if let base = document.fields("base") {
      if document.has("network"), base.has("power_MVA") {
        base.fault("power_MVA", "the imported network has a base of its own; leave 'power_MVA' out")
      }
      topology.power_MVA = base.number("power_MVA", .positive) ?? topology.power_MVA
      topology.frequency_Hz = base.number("frequency_Hz", .positive) ?? topology.frequency_Hz
      base.finish()
    }
    readTime(document)
    readWeather(document)
  }

  private func requireWord(_ key: String, _ word: String, _ document: Fields) {
    guard document.has(key) else {
      log.fault(at: document.place, "the topology has no '\(key)'; begin with '\(key): \(word)'")
      return
    }
    if let text = document.text(key), text != word {
      document.fault(key, "'\(key)' is '\(Shown.text(text))'; this version reads '\(word)'")
    }
  }

  private mutating func readTime(_ document: Fields) {
    guard let time = document.fields("time") else { return }
    if let text = time.text("start") {
      if let start = Timestamp(text) {
        topology.time.start = start
      } else {
        time.fault(
          "start",
          "'start' is '\(Shown.text(text))', not a time; write it like 2030-06-21T00:00:00Z")
      }
    }
    // A century of seconds; the product of both stays far from overflow.
    topology.time.step_s = time.integer("step_s", 1...3_155_760_000) ?? topology.time.step_s
    topology.time.steps = time.integer("steps", 1...1_000_000_000) ?? topology.time.steps
    if let seed = time.integer("seed", 0...Int64.max) { topology.time.seed = UInt64(seed) }
    time.finish()
  }

  private mutating func readWeather(_ document: Fields) {
    guard let weather = document.fields("weather") else { return }
    topology.weather.origin = readCoordinates("origin", weather) ?? topology.weather.origin
    topology.weather.windSpeed_m_per_s =
      weather.number("windSpeed_m_per_s", .notNegative) ?? topology.weather.windSpeed_m_per_s
    for (position, node) in (weather.list("cloudFronts") ?? []).enumerated() {
      let front = Fields(node, owner: "cloud front \(position + 1)", log: log)
      let values = (
        at: required("at", front) { front.clock("at") },
        heading: front.requiredNumber("heading_deg", .within(-360...360)),
        speed: front.requiredNumber("speed_km_per_h", .positive),
        width: front.requiredNumber("width_km", .positive),
        depth: front.requiredNumber("depth", .within(0...1))
      )
      front.finish()
      topology.weather.cloudFronts.append(
        Weather.CloudFront(
          at_s: values.at ?? 0, heading_deg: values.heading ?? 0, speed_km_per_h: values.speed ?? 1,
          width_km: values.width ?? 1, depth: values.depth ?? 0))
    }
    for (position, node) in (weather.list("gusts") ?? []).enumerated() {
      let gust = Fields(node, owner: "gust \(position + 1)", log: log)
      let at = required("at", gust) { gust.clock("at") }
      let duration = required("duration_s", gust) { gust.integer("duration_s", 1...86_400) }
      let rise = gust.requiredNumber("rise_m_per_s")
      gust.finish()
      topology.weather.gusts.append(
        Weather.Gust(at_s: at ?? 0, duration_s: duration ?? 1, rise_m_per_s: rise ?? 0))
    }
    weather.finish()
  }

  /// `[longitude, latitude]`
  func readCoordinates(_ key: String, _ fields: Fields) -> Bus.Coordinates? {
    guard let pair = fields.numbers(key, count: 2) else { return nil }
    guard (-180...180).contains(pair[0]), (-90...90).contains(pair[1]) else {
      fields.fault(
        key,
        "'\(key)' is [\(Shown.number(pair[0])), \(Shown.number(pair[1]))]; it takes "
          + "[longitude, latitude] in degrees")
      return nil
    }
    return Bus.Coordinates(longitude_deg: pair[0], latitude_deg: pair[1])
  }

  /// Reads a value that must be there.
  func required<Value>(_ key: String, _ fields: Fields, _ read: () -> Value?) -> Value? {
    guard fields.has(key) else {
      fields.require(key)
      return nil
    }
    return read()
  }

  mutating func readProfiles(_ document: Fields) {
    guard let profiles = document.fields("profiles") else { return }
    for entry in profiles.named() {
      profileIDs.insert(entry.name)
      let fields = Fields(
        entry.node, owner: "profile '\(Shown.text(entry.name))'", place: entry.keyPlace, log: log)
      if fields.has("csv") {
        fields.fault("csv", "profiles from a csv file are not read yet; write 'shape' or 'day'")
        continue
      }
      if let course = readCourse(fields) {
        // A name that is imported as well means what the document says.
        topology.profiles.removeAll { $0.id.text == entry.name }
        topology.profiles.append(Profile(id: Profile.ID(entry.name), course: course))
      }
      fields.finish()
    }
  }

  private func readCourse(_ fields: Fields) -> Profile.Course? {
    switch (fields.has("shape"), fields.has("day")) {
    case (true, false):
      return fields.word("shape", Profile.Shape.self).map { .shape($0) }
    case (false, true):
      guard let factors = fields.numbers("day") else { return nil }
      if factors.isEmpty { fields.fault("day", "'day' is empty; it takes at least one factor") }
      return .day(factors)
    default:
      log.fault(at: fields.place, "\(fields.owner) takes either 'shape' or 'day'")
      return nil
    }
  }
}
