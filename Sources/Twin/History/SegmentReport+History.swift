import PowerFlow

extension SegmentReport {
  /// The sums and extremes of a segment's report out of the past; its ties were compared then.
  package init(ofPast tick: History.PastTick) {
    self.init(tick.flow, ties: TieAgreement())
    balance = tick.balance
  }
}
