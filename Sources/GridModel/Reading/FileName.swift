/// Parts of a file's name.
enum FileName {
  /// `grid` of `Topologies/grid.yaml`.
  static func stem(of file: String) -> String {
    let last = file.split(separator: "/").last ?? ""
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return String(last) }
    return String(last[..<dot])
  }

  /// `yaml` of `Topologies/grid.YAML`, in lower case; empty without one.
  static func suffix(of file: String) -> String {
    let last = file.split(separator: "/").last ?? ""
    guard let dot = last.lastIndex(of: ".") else { return "" }
    return last[last.index(after: dot)...].lowercased()
  }

  /// A path that a file names, from where the file stands: `grids/case.m` for `case.m` in
  /// `grids/grid.yaml`.
  static func resolve(_ path: String, from file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }
}
