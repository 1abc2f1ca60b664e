/// Notices when somebody has replaced a file in a folder of ours, as `busbar pki revoke` replaces the deny
/// list and `busbar pki init` the issuer.
public struct FileWatch<Value: Sendable & Equatable>: Sendable {
  private let interval: Duration
  private let read: @Sendable () throws -> Value?
  private let onChange: @Sendable (Value) async -> Void
  private let onFailure: @Sendable (String) -> Void

  /// - Parameters:
  ///   - interval: how often to look.
  ///   - read: what the file holds; nil for no file.
  ///   - onChange: hears of what is there at the start and of each later change, in order.
  ///   - onFailure: hears, once for each reason, why the file cannot be read.
  public init(
    every interval: Duration, _ read: @escaping @Sendable () throws -> Value?,
    onChange: @escaping @Sendable (Value) async -> Void,
    onFailure: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.interval = interval
    self.read = read
    self.onChange = onChange
    self.onFailure = onFailure
  }

  /// Looks again and again, until the task is cancelled.
  public func run() async {
    var known: Value?
    var complaint: String?
    while !Task.isCancelled {
      do {
        if let value = try read(), value != known {
          known = value
          await onChange(value)
        }
        complaint = nil
      } catch {
        if complaint != "\(error)" { onFailure("\(error)") }
        complaint = "\(error)"
      }
      try? await Task.sleep(for: interval)
    }
  }
}
