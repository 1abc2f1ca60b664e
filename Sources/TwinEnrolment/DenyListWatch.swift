import Foundation
import TwinIdentity

/// Notices when `busbar pki revoke` has changed the deny list in a coordinator's folder.
public struct DenyListWatch: Sendable {
  /// A revoked peer should be gone within a second.
  private static let interval = Duration.milliseconds(250)

  private let folder: AuthorityFolder
  private let onChange: @Sendable (SignedDenyList) async -> Void
  private let onFailure: @Sendable (String) -> Void

  /// - Parameters:
  ///   - onChange: hears of the list that is there at the start and of each later one, in order.
  ///   - onFailure: hears, once for each reason, why the file cannot be read.
  public init(
    _ folder: AuthorityFolder, onChange: @escaping @Sendable (SignedDenyList) async -> Void,
    onFailure: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.folder = folder
    self.onChange = onChange
    self.onFailure = onFailure
  }

  /// Looks again and again, until the task is cancelled.
  public func run() async {
    var known: SignedDenyList?
    var complaint: String?
    while !Task.isCancelled {
      do {
        if let list = try folder.denyList(), list != known {
          known = list
          await onChange(list)
        }
        complaint = nil
      } catch {
        if complaint != "\(error)" { onFailure("\(error)") }
        complaint = "\(error)"
      }
      try? await Task.sleep(for: Self.interval)
    }
  }
}
