import PowerFlow

extension SegmentReport {
  /// The sums and extremes of a segment's report out of the past; its ties were compared then.
  package init(ofPast flow: FlowReport) { self.init(flow, ties: TieAgreement()) }
}
