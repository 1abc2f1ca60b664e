/// A call that was judged by its head and let in, and with it the method to run.
public struct AdmittedCall: Sendable {
  let head: CallHead
  let method: HostedActor.Method
  let permission: CallPermission
  /// The state of the cluster that it was judged by.
  let revision: Int
  /// When its head came: its time runs from then on.
  let admittedAt: Duration
}
