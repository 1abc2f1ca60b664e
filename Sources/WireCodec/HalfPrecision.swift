/// Converts between single and half precision (IEEE 754 binary16) on bit patterns.
enum HalfPrecision {
  /// The half-precision bits of a number that is not NaN, or nil when it would lose bits.
  static func bits(of single: Float) -> UInt16? {
    let bits = single.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let exponent = Int(bits >> 23 & 0xff) - 127
    let fraction = bits & 0x7f_ffff
    if exponent == 128 { return sign | 0x7c00 }
    if exponent == -127 { return fraction == 0 ? sign : nil }
    if (-14...15).contains(exponent) {
      guard fraction & 0x1fff == 0 else { return nil }
      return sign | UInt16(exponent + 15) << 10 | UInt16(fraction >> 13)
    }
    guard (-24..<(-14)).contains(exponent) else { return nil }
    let shift = UInt32(-exponent - 1)
    let whole = fraction | 0x80_0000
    guard whole & (1 << shift - 1) == 0 else { return nil }
    return sign | UInt16(whole >> shift)
  }

  /// The number that half-precision bits stand for; a NaN keeps its payload.
  static func double(of half: UInt16) -> Double {
    let sign = UInt64(half & 0x8000) << 48
    let exponent = UInt64(half >> 10 & 0x1f)
    let fraction = UInt64(half & 0x3ff)
    switch exponent {
    case 0:
      let magnitude = Double(fraction) * 0x1p-24
      return Double(bitPattern: sign | magnitude.bitPattern)
    case 31: return Double(bitPattern: sign | 0x7ff << 52 | fraction << 42)
    default: return Double(bitPattern: sign | (exponent + 1008) << 52 | fraction << 42)
    }
  }

  /// Widens single precision; unlike a conversion, it keeps the bits of a signalling NaN.
  static func double(ofSingle bits: UInt32) -> Double {
    let single = Float(bitPattern: bits)
    guard single.isNaN else { return Double(single) }
    let sign = UInt64(bits & 0x8000_0000) << 32
    return Double(bitPattern: sign | 0x7ff << 52 | UInt64(bits & 0x7f_ffff) << 29)
  }
}
