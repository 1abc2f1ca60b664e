extension FaultRow {
  static let all: [FaultRow] =
    header + scalars + names + network + assets + segments + balancing

  private static let line = "length_km: 2, r_ohm_per_km: 0.5, x_ohm_per_km: 0.3"
  private static let source = "{id: grid, bus: a}"
  private static let load = "{id: L, bus: b, p_MW: 1, q_Mvar: 0.2}"
  private static let bus = "{id: b, nominalVoltage_kV: 20}"
  private static let loads = "loads:\n"
  private static let end = "p_MW: 1, q_Mvar: 0.2}\n"

  static let header: [FaultRow] = [
    FaultRow(
      "busbar/v1", "busbar/v2",
      "1:13: error: 'apiVersion' is 'busbar/v2'; this version reads 'busbar/v1'",
      accepted: "\"busbar/v1\""),
    FaultRow(
      "kind: Topology", "kind: Scenario",
      "2:7: error: 'kind' is 'Scenario'; this version reads 'Topology'",
      accepted: "kind:   Topology"),
    FaultRow(
      "kind: Topology", "time: {start: 2030-06-31T00:00:00Z}\nkind: Topology",
      "2:15: error: 'time': 'start' is '2030-06-31T00:00:00Z', not a time; write it like 2030-06-21T00:00:00Z",
      accepted: "time: {start: 2030-06-30T00:00:00Z}\nkind: Topology"),
    FaultRow(
      "kind: Topology", "time: {step_s: 0}\nkind: Topology",
      "2:16: error: 'time': 'step_s' is 0; it must be from 1 to 3155760000",
      accepted: "time: {step_s: 1}\nkind: Topology"),
    FaultRow(
      "kind: Topology", "base: {power_MVA: -1}\nkind: Topology",
      "2:19: error: 'base': 'power_MVA' is -1; it must be above zero",
      accepted: "base: {power_MVA: 1}\nkind: Topology"),
    FaultRow(
      "kind: Topology", "kind: Topology\nnetwork: {import: a.m}",
      "3:19: error: 'network': 'import' is 'a.m': there is no such file",
      accepted: "kind: Topology\nmetadata: {title: network}"),
    FaultRow(
      "kind: Topology",
      "weather: {cloudFronts: [{at: 12 pm, heading_deg: 1, speed_km_per_h: 1, width_km: 1, depth: 1}]}\nkind: Topology",
      "2:30: error: cloud front 1: 'at' is '12 pm', not a time of day; write it like \"17:30\"",
      accepted:
        "weather: {cloudFronts: [{at: 12:30, heading_deg: 1, speed_km_per_h: 1, width_km: 1, depth: 1}]}\nkind: Topology"
    ),
    FaultRow(
      "kind: Topology", "weather: {origin: [50, 100]}\nkind: Topology",
      "2:19: error: 'weather': 'origin' is [50, 100]; it takes [longitude, latitude] in degrees",
      accepted: "weather: {origin: [100, 50]}\nkind: Topology"),
    FaultRow(
      "kind: Topology", "profiles: {a: {csv: a.csv}}\nkind: Topology",
      "2:21: error: profile 'a': profiles from a csv file are not read yet; write 'shape' or 'day'",
      accepted: "profiles: {a: {shape: constant}}\nkind: Topology"),
    FaultRow(
      "kind: Topology", "profiles: {a: {shape: evening}}\nkind: Topology",
      "2:23: error: profile 'a': 'shape' is 'evening'; known are constant, evening-peak, office-hours, industrial",
      accepted: "profiles: {a: {shape: evening-peak}}\nkind: Topology"),
    FaultRow(
      "kind: Topology", "profiles: {a: {day: []}}\nkind: Topology",
      "2:21: error: profile 'a': 'day' is empty; it takes at least one factor",
      accepted: "profiles: {a: {day: [1]}}\nkind: Topology"),
  ]

  static let scalars: [FaultRow] = [
    FaultRow(
      "p_MW: 1,", "p_MV: 1,", "11:21: error: load 'L': unknown key 'p_MV'", accepted: "p_MW: 1e0,"),
    FaultRow(
      "p_MW: 1,", "phases: abc,",
      "11:21: error: load 'L': 'phases' is reserved for a later version; leave it out",
      accepted: "name: abc,"),
    FaultRow(
      "p_MW: 1,", "p_MW: one,", "11:27: error: load 'L': 'p_MW' is 'one', not a number",
      accepted: "p_MW: +1.,"),
    FaultRow(
      "p_MW: 1,", "p_MW: \"1\",",
      "11:27: error: load 'L': 'p_MW' is the quoted text \"1\"; write a number without quotes",
      accepted: "p_MW: .5,"),
    FaultRow(
      "p_MW: 1,", "p_MW: .nan,",
      "11:27: error: load 'L': 'p_MW' is '.nan'; it must be a finite number",
      accepted: "p_MW: null,"),
    FaultRow(
      "p_MW: 1,", "p_MW: -.inf,",
      "11:27: error: load 'L': 'p_MW' is '-.inf'; it must be a finite number", accepted: "p_MW: ~,"),
    FaultRow(
      "p_MW: 1,", "p_MW: 1e999,",
      "11:27: error: load 'L': 'p_MW' is '1e999'; it must be a finite number",
      accepted: "p_MW: 1e-9,"),
    FaultRow(
      "p_MW: 1,", "p_MW: [1],", "11:27: error: load 'L': 'p_MW' is a list, not a number",
      accepted: "p_MW: 1,"),
    FaultRow(
      "p_MW: 1,", "p_MW: 0x10,", "11:27: error: load 'L': 'p_MW' is '0x10', not a number",
      accepted: "p_MW: 010,"),
    FaultRow(
      "p_MW: 1,", "inService: yes,",
      "11:32: error: load 'L': 'inService' is 'yes'; write true or false",
      accepted: "inService: false,"),
    FaultRow(
      "p_MW: 1,", "customers: 1.5,",
      "11:32: error: load 'L': 'customers' is '1.5', not a whole number", accepted: "customers: 15,"
    ),
    FaultRow(
      "p_MW: 1,", "externalIds: [a],",
      "11:34: error: load 'L': 'externalIds' is a list, not 'key: value' pairs",
      accepted: "externalIds: {a: 1},"),
    FaultRow(
      load, "L", "11:5: error: load 1 of 'loads' is 'L', not 'key: value' pairs",
      accepted: "{id: L, bus: b}"),
    FaultRow(
      "loads:\n  - " + load, "loads: {}", "10:8: error: 'loads' is a mapping, not a list",
      accepted: "loads: []"),
  ]

  static let names: [FaultRow] = [
    FaultRow("{id: L, ", "{", "11:5: error: load 1 of 'loads' has no 'id'", accepted: "{id: no, "),
    FaultRow(
      "{id: L, ", "{id: '', ", "11:10: error: load 1 of 'loads': 'id' is empty",
      accepted: "{id: ~, "),
    FaultRow(
      "{id: L, ", "{id: a:b, ", "11:10: error: load 1 of 'loads': 'id' is 'a:b'; a name has no ':'",
      accepted: "{id: a-b, "),
    FaultRow(
      "{id: L, ", "{id: \"a\\nb\", ",
      "11:10: error: load 1 of 'loads': 'id' is 'a�b'; a name is one line without tabs",
      accepted: "{id: ä b, "),
    FaultRow(
      end, end + "  - {id: L, bus: a}\n", "12:10: error: load 'L' is declared twice",
      accepted: end + "  - {id: l, bus: a}\n"),
    FaultRow(
      "bus: b, p", "bus: B2, p", "11:18: error: load 'L' stands at bus 'B2', which is not declared",
      accepted: "bus: a, p"),
    FaultRow("bus: b, p", "p", "11:5: error: load 'L' has no 'bus'", accepted: "bus: 'b', p"),
    FaultRow(
      "p_MW: 1,", "profile: house,",
      "11:30: error: load 'L' follows profile 'house', which is not declared",
      accepted: "profile: null,"),
    FaultRow(
      "length_km: 2, r_ohm_per_km: 0.5, x_ohm_per_km: 0.3", "length_km: 2, type: cable",
      "9:51: error: line 'a-b' has type 'cable', which 'lineTypes' does not hold",
      accepted: line),
  ]

  static let network: [FaultRow] = [
    FaultRow(
      bus, "{id: b, nominalVoltage_kV: 0}",
      "5:32: error: bus 'b': 'nominalVoltage_kV' is 0; it must be above zero",
      accepted: "{id: b, nominalVoltage_kV: 20.5}"),
    FaultRow(bus, "{id: b}", "5:5: error: bus 'b' has no 'nominalVoltage_kV'", accepted: bus),
    FaultRow(
      bus, "{id: b, nominalVoltage_kV: 10}",
      "9:5: error: line 'a-b' joins 20 kV and 10 kV; use a transformer",
      accepted: "{id: b, nominalVoltage_kV: 21}"),
    FaultRow(
      bus, "{id: b, nominalVoltage_kV: 20, limits_pu: [1.1, 0.9]}",
      "5:47: error: bus 'b': 'limits_pu' is [1.1, 0.9]; the lower limit comes first",
      accepted: "{id: b, nominalVoltage_kV: 20, limits_pu: [0.9, 1.1]}"),
    FaultRow(
      bus, "{id: b, nominalVoltage_kV: 20, limits_pu: [1.1]}",
      "5:47: error: bus 'b': 'limits_pu' has 1 values; it takes 2",
      accepted: "{id: b, nominalVoltage_kV: 20, limits_pu: [1, 1]}"),
    FaultRow(
      bus, "{id: b, nominalVoltage_kV: 20, start: {v_pu: 0}}",
      "5:50: error: bus 'b': 'start': 'v_pu' is 0; it must be above zero",
      accepted: "{id: b, nominalVoltage_kV: 20, start: {v_pu: 1}}"),
    FaultRow(
      "length_km: 2", "length_km: 0",
      "9:42: error: line 'a-b': 'length_km' is 0; it must be above zero",
      accepted: "length_km: 0.001"),
    FaultRow(
      "length_km: 2, ", " ", "9:5: error: line 'a-b' has no 'length_km'", accepted: "length_km: 3, "
    ),
    FaultRow(
      "r_ohm_per_km: 0.5", "r_ohm_per_km: -0.5",
      "9:59: error: line 'a-b': 'r_ohm_per_km' is -0.5; it must not be negative",
      accepted: "r_ohm_per_km: 0"),
    FaultRow(
      line, "length_km: 2, r_ohm_per_km: 0, x_ohm_per_km: 0",
      "9:5: error: line 'a-b' has no impedance; use a switch between the buses",
      accepted: "length_km: 2, r_ohm_per_km: 0, x_ohm_per_km: 1"),
    FaultRow(
      line, line + ", rating_A: 0",
      "9:93: error: line 'a-b': 'rating_A' is 0; it must be above zero",
      accepted: line + ", rating_A: 1"),
    FaultRow(
      line, line + ", ratings_A: {continuous: 2, emergency: 1}",
      "9:121: error: line 'a-b': 'ratings_A': the emergency rating is below the continuous one",
      accepted: line + ", ratings_A: {continuous: 2, emergency: 2}"),
    FaultRow(
      line, line + ", parallel: 0",
      "9:93: error: line 'a-b': 'parallel' is 0; it must be from 1 to 1000",
      accepted: line + ", parallel: 2"),
    FaultRow(
      "to: b", "to: a", "9:28: error: line 'a-b': both ends are at bus 'a'", accepted: "to: \"b\""),
    FaultRow(
      "to: b", "to: c", "9:28: error: line 'a-b' ends at bus 'c', which is not declared",
      accepted: "to: b"),
    FaultRow(
      loads, "branches: [{id: 1, from: a, to: b, r_pu: 0, x_pu: 0}]\nloads:\n",
      "10:12: error: branch '1' has no impedance; use a switch between the buses",
      accepted: "branches: [{id: 1, from: a, to: b, r_pu: 0, x_pu: -0.1}]\nloads:\n"),
    FaultRow(
      loads, "branches: [{id: 1, from: a, to: b, r_pu: 0, x_pu: 1, tap: 0}]\nloads:\n",
      "10:59: error: branch '1': 'tap' is 0; it must be above zero",
      accepted: "branches: [{id: 1, from: a, to: b, r_pu: 0, x_pu: 1, tap: 1.1}]\nloads:\n"),
    FaultRow(
      loads,
      "branches: [{id: 1, from: a, to: b, r_pu: 0, x_pu: 1, angleLimits_deg: [9, -9]}]\nloads:\n",
      "10:71: error: branch '1': 'angleLimits_deg' is [9, -9]; the lower limit comes first",
      accepted:
        "branches: [{id: 1, from: a, to: b, r_pu: 0, x_pu: 1, angleLimits_deg: [-9, 9]}]\nloads:\n"),
    FaultRow(
      loads, transformer("vk_pct: 0, vkr_pct: 0"),
      "10:85: error: transformer 'T': 'vk_pct' is 0; it must be above zero",
      accepted: transformer("vk_pct: 4, vkr_pct: 0")),
    FaultRow(
      loads, transformer("vk_pct: 4, vkr_pct: 5"),
      "10:97: error: transformer 'T': vkr_pct 5 is above vk_pct 4, of which it is a part",
      accepted: transformer("vk_pct: 4, vkr_pct: 4")),
    FaultRow(
      loads, transformer("vk_pct: 4, vkr_pct: 1, clock: 12"),
      "10:107: error: transformer 'T': 'clock' is 12; it must be from 0 to 11",
      accepted: transformer("vk_pct: 4, vkr_pct: 1, clock: 11")),
    FaultRow(
      loads,
      transformer(
        "vk_pct: 4, vkr_pct: 1, tap: {side: hv, min: -2, max: 2, step_pct: 1, position: 3}"),
      "10:156: error: transformer 'T': 'tap': position 3 is outside -2 to 2",
      accepted: transformer(
        "vk_pct: 4, vkr_pct: 1, tap: {side: hv, min: -2, max: 2, step_pct: 1, position: -2}")),
    FaultRow(
      loads, transformer("vk_pct: 4, vkr_pct: 1, tap: {side: mv, min: -2, max: 2, step_pct: 1}"),
      "10:112: error: transformer 'T': 'tap': 'side' is 'mv'; known are hv, lv",
      accepted: transformer("vk_pct: 4, vkr_pct: 1, tap: {side: lv, min: -2, max: 2, step_pct: 1}")),
    FaultRow(
      loads, transformer("vk_pct: 4, vkr_pct: 1, tap: {side: hv, min: 2, max: -2, step_pct: 1}"),
      "10:121: error: transformer 'T': 'tap': min 2 is above max -2",
      accepted: transformer("vk_pct: 4, vkr_pct: 1, tap: {side: hv, min: 0, max: 0, step_pct: 1}")),
    FaultRow(
      loads, switches("at: {element: \"line:a-c\", end: to}"),
      "10:34: error: unknown element 'line:a-c'",
      accepted: switches("at: {element: \"line:a-b\", end: to}")),
    FaultRow(
      loads, switches("at: {element: \"bus:a\", end: to}"),
      "10:34: error: switch 'S': 'bus:a' names no line, branch or transformer; write it like \"line:6-7\"",
      accepted: switches("at: {element: 'line:a-b', end: from}")),
    FaultRow(
      loads, switches("at: {element: \"line:a-b\"}"), "10:24: error: switch 'S' has no 'end'",
      accepted: switches("between: [a, b]")),
    FaultRow(
      loads, switches("at: {element: \"line:a-b\", end: hv}"),
      "10:51: error: switch 'S': 'end' is 'hv'; known are from, to",
      accepted: switches("between: [a, b], closed: false")),
    FaultRow(
      loads, switches("between: [a, a]"), "10:29: error: switch 'S': both sides are bus 'a'",
      accepted: switches("between: [b, a]")),
    FaultRow(
      loads, switches("between: [a]"),
      "10:29: error: switch 'S': 'between' names 1 buses; it takes two",
      accepted: switches("between: [b, a]")),
    FaultRow(
      loads, switches("kind: fuse"),
      "10:12: error: switch 'S' takes either 'at: {element: \"line:…\", end: from}' or 'between: [bus, bus]'",
      accepted: switches("kind: fuse, between: [a, b]")),
    FaultRow(
      loads, switches("kind: fused, between: [a, b]"),
      "10:26: error: switch 'S': 'kind' is 'fused'; known are breaker, loadBreak, disconnector, fuse",
      accepted: switches("kind: loadBreak, between: [a, b]")),
  ]

  private static func transformer(_ values: String) -> String {
    "transformers: [{id: T, hv: a, lv: b, rating_MVA: 1, vHv_kV: 20, vLv_kV: 20, \(values)}]\nloads:\n"
  }

  private static func switches(_ values: String) -> String {
    "switches: [{id: S, \(values)}]\nloads:\n"
  }

  static let assets: [FaultRow] = [
    FaultRow(
      source, "{id: grid, bus: a, inService: false}",
      "7:3: error: a grid without any source; it needs a source in service, or a generator in service with slackWeight above 0",
      accepted: "{id: grid, bus: a, inService: true}"),
    FaultRow(
      "sources:\n  - {id: grid, bus: a}", "generators: [{id: g, bus: a}]",
      "1:1: error: a grid without any source; it needs a source in service, or a generator in service with slackWeight above 0",
      accepted: "generators: [{id: g, bus: a, slackWeight: 1}]"),
    FaultRow(
      source, "{id: grid, bus: a}\n  - {id: other, bus: a, v_pu: 1.01}",
      "8:10: error: source 'other' holds bus 'a' at another voltage than source 'grid' does",
      accepted: "{id: grid, bus: a}\n  - {id: other, bus: a}"),
    FaultRow(
      source,
      "{id: grid, bus: a}\n  - {id: other, bus: b, v_pu: 1.01}\nswitches: [{id: S, between: [a, b]}]",
      "8:10: error: source 'other' holds bus 'b' at another voltage than source 'grid' does",
      accepted:
        "{id: grid, bus: a}\n  - {id: other, bus: b, v_pu: 1.01}\nswitches: [{id: S, between: [a, b], closed: false}]"
    ),
    FaultRow(
      source, "{id: grid, bus: a, v_pu: -1}",
      "7:30: error: source 'grid': 'v_pu' is -1; it must be above zero",
      accepted: "{id: grid, bus: a, v_pu: 1.1}"),
    FaultRow(
      "p_MW: 1,", "zip: {p: [0.5, 0.5, 0.5]},",
      "11:30: error: load 'L': 'zip': the shares of 'p' sum to 1.5, not to 1",
      accepted: "zip: {p: [0.5, 0.25, 0.25]},"),
    FaultRow(
      "p_MW: 1,", "zip: {p: [0.5, 0.5]},",
      "11:30: error: load 'L': 'zip': 'p' has 2 values; it takes 3",
      accepted: "zip: {q: [1, 0, 0]},"),
    FaultRow(
      loads, "generators: [{id: g, bus: a, pLimits_MW: [2, 1]}]\nloads:\n",
      "10:42: error: generator 'g': 'pLimits_MW' is [2, 1]; the lower limit comes first",
      accepted: "generators: [{id: g, bus: a, pLimits_MW: [1, 2]}]\nloads:\n"),
    FaultRow(
      loads, "generators: [{id: g, bus: a, cost: {}}]\nloads:\n",
      "10:36: error: generator 'g': 'cost' takes either 'polynomial' or 'piecewise'",
      accepted: "generators: [{id: g, bus: a, cost: {polynomial: [1, 0]}}]\nloads:\n"),
    FaultRow(
      loads, "generators: [{id: g, bus: a, cost: {piecewise: [[1, 2], [1, 3]]}}]\nloads:\n",
      "10:48: error: generator 'g': 'cost': 'piecewise' takes two or more points of rising power",
      accepted: "generators: [{id: g, bus: a, cost: {piecewise: [[1, 2], [2, 3]]}}]\nloads:\n"),
    FaultRow(
      loads, "generators: [{id: g, bus: a, holdsVoltage: false, slackWeight: 1}]\nloads:\n",
      "10:64: error: generator 'g': a generator that holds no voltage cannot be the reference",
      accepted: "generators: [{id: g, bus: a, holdsVoltage: false}]\nloads:\n"),
    FaultRow(
      loads, "photovoltaics: [{id: p, bus: a, qMode: {fixedPowerFactor: 1.1}}]\nloads:\n",
      "10:59: error: photovoltaic 'p': 'qMode': 'fixedPowerFactor' is 1.1; it must be from -1 to 1",
      accepted: "photovoltaics: [{id: p, bus: a, qMode: {fixedPowerFactor: -0.9}}]\nloads:\n"),
    FaultRow(
      loads, "photovoltaics: [{id: p, bus: a, qMode: {fixedPowerFactor: 0}}]\nloads:\n",
      "10:59: error: photovoltaic 'p': 'qMode': a power factor of 0 would need endless reactive power",
      accepted: "photovoltaics: [{id: p, bus: a, q_Mvar: 1}]\nloads:\n"),
    FaultRow(
      loads, "windTurbines: [{id: w, bus: a, rating_kVA: 0}]\nloads:\n",
      "10:44: error: windTurbine 'w': 'rating_kVA' is 0; it must be above zero",
      accepted: "windTurbines: [{id: w, bus: a, rating_kVA: 1}]\nloads:\n"),
    FaultRow(
      loads, battery("soc_pct: 101"),
      "10:74: error: battery 'B': 'soc_pct' is 101; it must be from 0 to 100",
      accepted: battery("soc_pct: 100")),
    FaultRow(
      loads, battery("efficiency_pct: 0"),
      "10:81: error: battery 'B': 'efficiency_pct' is 0; it must be from 1 to 100",
      accepted: battery("efficiency_pct: 92")),
    FaultRow(
      loads, "batteries: [{id: B, bus: a, energy_MWh: 1}]\nloads:\n",
      "10:13: error: battery 'B' has no 'pLimits_MW'",
      accepted: battery("p_MW: 0")),
    FaultRow(
      loads, battery("schedule: [{from: \"23:00\", until: \"01:00\", p_MW: 0}]"),
      "10:99: error: battery 'B': entry 1 of 'schedule': it ends before it begins; write two entries around midnight",
      accepted: battery("schedule: [{from: \"23:00\", until: \"24:00\", p_MW: 0}]")),
    FaultRow(
      loads,
      battery(
        "schedule: [{from: \"01:00\", until: \"03:00\", p_MW: 0}, {from: \"02:00\", until: \"04:00\", p_MW: 0}]"
      ), "10:118: error: battery 'B': entry 2 of 'schedule' overlaps an earlier entry",
      accepted: battery(
        "schedule: [{from: \"01:00\", until: \"02:00\", p_MW: 0}, {from: \"02:00\", until: \"04:00\", p_MW: 0}]"
      )),
  ]

  private static func battery(_ values: String) -> String {
    "batteries: [{id: B, bus: a, energy_MWh: 1, pLimits_MW: [-1, 1], \(values)}]\nloads:\n"
  }

  static let segments: [FaultRow] = [
    FaultRow(
      end, end + "segments: [{id: s, buses: [a]}]\n",
      "5:10: error: bus 'b' is in no segment; name it in one of 'segments'",
      accepted: end + "segments: [{id: s, buses: [a, b]}]\n"),
    FaultRow(
      end, end + "segments: [{id: s, buses: [a, b, c]}]\n",
      "12:34: error: segment 's' names bus 'c', which is not declared",
      accepted: end + "segments: []\n"),
    FaultRow(
      end, end + "segments: [{id: s, buses: [a, b]}, {id: t, buses: []}]\n",
      "12:51: error: segment 't': it names no bus; leave it out or give it one",
      accepted: end + "segments: [{id: s, buses: [a]}, {id: t, buses: [b]}]\n"),
    FaultRow(
      end, end + "segments: [{id: s, buses: [a, b]}, {id: t, buses: [b]}]\n",
      "12:52: error: bus 'b' is in segment 's' already",
      accepted: end + "segments: [{id: s, buses: [b]}, {id: t, buses: [a]}]\n"),
    FaultRow(
      end, end + "segments: [{id: s, buses: [a]}, {id: s, buses: [b]}]\n",
      "12:38: error: segment 's' is declared twice",
      accepted: end + "segments: [{id: s, buses: [a]}, {id: S, buses: [b]}]\n"),
    FaultRow(
      end,
      end
        + "switches: [{id: S, between: [a, b], closed: false}]\nsegments: [{id: s, buses: [a]}, {id: t, buses: [b]}]\n",
      "12:17: error: switch 'S' stands between segments 's' and 't'; buses that it fuses belong to one segment",
      accepted: end
        + "switches: [{id: S, between: [a, b], closed: false}]\nsegments: [{id: s, buses: [a, b]}]\n"
    ),
    FaultRow(
      end, end + "segments: [{id: s, buses: [a, b]}]\nplacement: [{node: n, segments: [r]}]\n",
      "13:34: error: placement 1 names segment 'r', which is not declared",
      accepted: end + "segments: [{id: s, buses: [a, b]}]\nplacement: [{node: n, segments: [s]}]\n"),
    FaultRow(
      end, end + "segments: [{id: s, buses: [a, b]}]\nplacement: [{node: n, segments: [s, s]}]\n",
      "13:37: error: segment 's' is placed twice",
      accepted: end + "segments: [{id: s, buses: [a, b]}]\nplacement: [{node: n, segments: []}]\n"),
  ]
}
