import WireCodec

/// As other processes see it; `Docs/Wire.md`. What is set on arrival is not sent.
extension Message: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 10)
    writer.write("sender", sender)
    writer.write("receiver", receiver)
    writer.write("life", life)
    writer.write("sequence", sequence)
    writer.write("heardLife", heardLife)
    writer.write("heard", heard)
    writer.write("depth", depth)
    writer.write("stamp", stamp)
    writer.write("words", words)
    writer.write("wave", wave)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    var fields = try reader.beginMap()
    let sender: Int = try reader.read("sender", in: &fields)
    let receiver: Int = try reader.read("receiver", in: &fields)
    let life: Int = try reader.read("life", in: &fields)
    let sequence: Int = try reader.read("sequence", in: &fields)
    let heardLife: Int = try reader.read("heardLife", in: &fields)
    let heard: Int = try reader.read("heard", in: &fields)
    let depth: Int = try reader.read("depth", in: &fields)
    let stamp: Int = try reader.read("stamp", in: &fields)
    self.init(
      from: sender, to: receiver, stamp: stamp, words: try reader.read("words", in: &fields))
    (self.life, self.sequence) = (life, sequence)
    (self.heardLife, self.heard) = (heardLife, heard)
    self.depth = depth
    wave = try reader.read("wave", in: &fields)
    try reader.endMap(fields)
  }
}

extension WaveNote: WireCodable {
  public func encode(into writer: inout CBORWriter) {
    writer.beginMap(count: 5)
    writer.write("number", number)
    writer.write("answered", answered)
    writer.write("isCalm", isCalm)
    writer.write("isOver", isOver)
    writer.write("isDone", isDone)
  }

  public init(from reader: inout CBORReader) throws(CBORError) {
    self.init()
    var fields = try reader.beginMap()
    number = try reader.read("number", in: &fields)
    answered = try reader.read("answered", in: &fields)
    isCalm = try reader.read("isCalm", in: &fields)
    isOver = try reader.read("isOver", in: &fields)
    isDone = try reader.read("isDone", in: &fields)
    try reader.endMap(fields)
  }
}
