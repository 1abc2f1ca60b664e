import Testing

@testable import Assets

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Portable functions agree with the C library's")
struct PortableMathTests {
  @Test("Sine and cosine, to two units in the last place of 1")
  func sineAndCosine() {
    for step in -20_000...20_000 {
      let angle = Double(step) * 0.001_7
      #expect(abs(PortableMath.sine(angle) - sin(angle)) <= 2 * Double.ulpOfOne)
      #expect(abs(PortableMath.cosine(angle) - cos(angle)) <= 2 * Double.ulpOfOne)
    }
  }

  @Test("The exponential, to four units in the last place")
  func exponential() {
    for step in -6_900...6_900 {
      let x = Double(step) * 0.1
      #expect(abs(PortableMath.exponential(x) / exp(x) - 1) <= 4 * Double.ulpOfOne)
    }
    #expect(PortableMath.exponential(-1e9) == 0)
  }
}
