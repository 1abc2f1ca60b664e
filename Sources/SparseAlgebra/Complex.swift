/// A complex number in Cartesian form.
public struct Complex: Sendable, Hashable, Codable {
  public var real: Double
  public var imaginary: Double

  @inlinable
  public init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  public static let zero = Complex(0, 0)

  @inlinable public var conjugate: Complex { Complex(real, -imaginary) }
  @inlinable public var squaredMagnitude: Double { real * real + imaginary * imaginary }
  @inlinable public var magnitude: Double { squaredMagnitude.squareRoot() }

  @inlinable public static prefix func - (a: Complex) -> Complex { Complex(-a.real, -a.imaginary) }

  @inlinable public static func + (a: Complex, b: Complex) -> Complex {
    Complex(a.real + b.real, a.imaginary + b.imaginary)
  }

  @inlinable public static func - (a: Complex, b: Complex) -> Complex {
    Complex(a.real - b.real, a.imaginary - b.imaginary)
  }

  @inlinable public static func * (a: Complex, b: Complex) -> Complex {
    Complex(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }

  @inlinable public static func * (a: Complex, b: Double) -> Complex {
    Complex(a.real * b, a.imaginary * b)
  }

  @inlinable public static func / (a: Complex, b: Double) -> Complex {
    Complex(a.real / b, a.imaginary / b)
  }

  @inlinable public static func / (a: Complex, b: Complex) -> Complex {
    a * b.conjugate / b.squaredMagnitude
  }

  @inlinable public static func += (a: inout Complex, b: Complex) { a = a + b }
  @inlinable public static func -= (a: inout Complex, b: Complex) { a = a - b }
}
