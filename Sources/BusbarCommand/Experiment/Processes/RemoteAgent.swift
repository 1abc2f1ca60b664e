import Balancing
import HTTP2Connection

/// Stands in for an algorithm that runs elsewhere: keeps what it heard, and says what was answered.
struct RemoteAgent: BalancingAgent {
  let neighbors: [Int]
  let trigger: Trigger
  let post: RemotePost

  mutating func absorb(_ message: Message) {
    post.heard.append(
      AgentTask.Heard(sender: message.sender, stamp: message.stamp, words: message.words))
  }

  mutating func step(through exchange: inout Exchange) {
    for tell in post.answer?.tells ?? [] where neighbors.contains(tell.receiver) {
      exchange.tell(tell.receiver, stamp: tell.stamp, tell.words)
    }
  }

  var opinion: Opinion {
    let confidence: Opinion.Confidence =
      switch post.answer?.confidence {
      case "final": .final
      case "settled": .settled
      default: .none
      }
    return Opinion(decision: post.answer?.decision ?? [], confidence: confidence)
  }
}

/// What goes between an agent elsewhere and its stand-in.
final class RemotePost: Sendable {
  private let state = Guarded<(heard: [AgentTask.Heard], answer: AgentAnswer?)>(([], nil))

  var heard: [AgentTask.Heard] {
    get { state.withLock { $0.heard } }
    set { state.withLock { $0.heard = newValue } }
  }

  var answer: AgentAnswer? {
    get { state.withLock { $0.answer } }
    set { state.withLock { $0.answer = newValue } }
  }
}
