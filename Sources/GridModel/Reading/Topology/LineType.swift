/// The values that lines of one construction share.
struct LineType {
  var r_ohm_per_km: Double?
  var x_ohm_per_km: Double?
  var c_nF_per_km: Double?
  var rating_A: Double?
  var emergencyRating_A: Double?

  /// Reads the keys that a line type and a line have in common.
  init(_ fields: Fields) {
    r_ohm_per_km = fields.number("r_ohm_per_km", .notNegative)
    x_ohm_per_km = fields.number("x_ohm_per_km", .notNegative)
    c_nF_per_km = fields.number("c_nF_per_km", .notNegative)
    rating_A = fields.number("rating_A", .positive)
    guard let ratings = fields.fields("ratings_A") else { return }
    rating_A = ratings.number("continuous", .positive) ?? rating_A
    emergencyRating_A = ratings.number("emergency", .positive)
    if let continuous = rating_A, let emergency = emergencyRating_A, emergency < continuous {
      ratings.fault("emergency", "the emergency rating is below the continuous one")
    }
    ratings.finish()
  }

  /// This type's values, with the given ones where they are absent.
  func filled(from type: LineType?) -> LineType {
    guard let type else { return self }
    var result = self
    result.r_ohm_per_km = r_ohm_per_km ?? type.r_ohm_per_km
    result.x_ohm_per_km = x_ohm_per_km ?? type.x_ohm_per_km
    result.c_nF_per_km = c_nF_per_km ?? type.c_nF_per_km
    result.rating_A = rating_A ?? type.rating_A
    result.emergencyRating_A = emergencyRating_A ?? type.emergencyRating_A
    return result
  }
}
