import Logging

/// Writes each log message as one line: time, level, component, message, `key=value` metadata.
///
///     2026-11-22T18:00:00.123Z warning coordinator node south is lost era=4 tick=17
public struct LineLogHandler: LogHandler {
  /// Where lines go and what time it is.
  public struct Output: Sendable {
    let write: @Sendable (String) -> Void
    let time: @Sendable () -> String

    public init(
      write: @escaping @Sendable (String) -> Void, time: @escaping @Sendable () -> String
    ) {
      self.write = write
      self.time = time
    }
  }

  public var metadata: Logger.Metadata = [:]
  public var logLevel: Logger.Level
  public var metadataProvider: Logger.MetadataProvider?

  private let component: String
  private let output: Output

  public init(component: String, level: Logger.Level, output: Output) {
    self.component = component
    logLevel = level
    self.output = output
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let own = event.metadata { all.merge(own) { $1 } }
    if let error = event.error { all["error"] = "\(error)" }
    output.write(
      LogLine(
        time: output.time(), level: event.level.rawValue, component: component,
        message: "\(event.message)", metadata: all.map { ($0.key, "\($0.value)") }
      ).text)
  }
}
