import GridModel

/// Small documents for the tests of this module.
enum Sample {
  /// Two buses, a source, a line, a load.
  static let small = """
    apiVersion: busbar/v1
    kind: Topology
    buses:
      - {id: a, nominalVoltage_kV: 20}
      - {id: b, nominalVoltage_kV: 20}
    sources:
      - {id: grid, bus: a}
    lines:
      - {id: a-b, from: a, to: b, length_km: 2, r_ohm_per_km: 0.5, x_ohm_per_km: 0.3}
    loads:
      - {id: L, bus: b, p_MW: 1, q_Mvar: 0.2}

    """

  /// Every kind and nearly every key.
  static let complete = """
    # A ring of six buses.
    apiVersion: busbar/v1
    kind: Topology
    metadata: {name: ring, title: 'A ring, it''s small', source: made up
      for tests}
    base: {power_MVA: 10, frequency_Hz: 50}
    time: {start: 2030-06-21T00:00:00Z, step_s: 900, steps: 96, seed: 1}
    weather:
      origin: [10, 50]
      windSpeed_m_per_s: 8
      cloudFronts: [{at: "12:00", heading_deg: 90, speed_km_per_h: 40, width_km: 10, depth: 0.7}]
      gusts: [{at: "17:00", duration_s: 60, rise_m_per_s: 9}]
    lineTypes: {cable: {r_ohm_per_km: 0.501, x_ohm_per_km: 0.716, c_nF_per_km: 151.1749, rating_A: 145}}
    buses:
    - {id: 0, nominalVoltage_kV: 110}
    - id: "1"
      nominalVoltage_kV: 20
      limits_pu: [0.95, 1.05]
      zone: feeder-1
      coordinates: [10.1, 50.2]
      start: {v_pu: 1.02, angle_deg: -3}
      name: Station 1
      externalIds: {scada: 17}
    - {id: 1a, nominalVoltage_kV: 20}
    - {id: no, nominalVoltage_kV: 20}
    - {id: 1e3, nominalVoltage_kV: 20}
    - {id: 007, nominalVoltage_kV: 20}
    sources: [{id: grid, bus: 0, v_pu: 1.03, angle_deg: 0, slackWeight: 1, shortCircuit_MVA: 5000, r_over_x: 0.1}]
    lines:
    - {id: 1-no, from: 1, to: no, type: cable, length_km: 2.82, parallel: 1}
    - {id: no-1e3, from: no, to: 1e3, type: cable, x_ohm_per_km: 0.8, length_km: 1, ratings_A: {continuous: 140, emergency: 170}}
    branches: [{id: 7, from: 1e3, to: 007, r_pu: 0.0, x_pu: 0.55618, b_pu: 0, tap: 0.969, shift_deg: 0, rating_MVA: null}]
    transformers:
    - {id: T1, hv: 0, lv: 1, rating_MVA: 25, vHv_kV: 110, vLv_kV: 20, vk_pct: 12.00107, vkr_pct: 0.16, ironLoss_kW: 0,
       noLoad_pct: 0, clock: 1, tap: {side: hv, neutral: 0, min: -10, max: 10, step_pct: 1, position: -2}}
    switches:
    - {id: S2, at: {element: "line:1-no", end: to}, kind: loadBreak, closed: true, remote: true}
    - {id: S9, between: ["1", 1a], kind: breaker, closed: true}
    loads: [{id: R1, bus: 1, p_MW: 14.9, q_Mvar: 3, zip: {p: [0.2, 0.3, 0.5], q: [0, 0, 1]}, customers: 300, profile: household}]
    generators: [{id: G2, bus: no, p_MW: 40, v_pu: 1.045, pLimits_MW: [0, 140], qLimits_Mvar: [-40, 50], slackWeight: 0, cost: {polynomial: [0.04, 20, 0]}}]
    photovoltaics: [{id: PV3, bus: 1e3, p_MW: 0.02, rating_kVA: 20, tilt_deg: 35, azimuth_deg: 180, qMode: {fixedPowerFactor: 0.95}}]
    windTurbines: [{id: WT7, bus: 007, p_MW: 1.5, rating_kVA: 1500, inService: false}]
    batteries: [{id: B5, bus: 007, p_MW: 0, energy_MWh: 1.2, soc_pct: 50, pLimits_MW: [-0.6, 0.6], efficiency_pct: 92, schedule: [{from: "01:00", until: "05:00", p_MW: -0.4}]}]
    shunts: [{id: C1, bus: 007, g_MW: 0, b_Mvar: 19}]
    profiles: {household: {shape: evening-peak}, measured: {day: [0, 0.5, 1]}}
    segments:
    - {id: head, buses: [0]}
    - {id: feeder, buses: [1, 1a, no, 1e3, 007]}
    placement: [{node: north, segments: [feeder, head]}]

    """
}

extension Sample {
  /// The first line of every fault of a text, or nothing when it is accepted.
  static func faults(_ text: String, _ file: String) -> [String] {
    do {
      _ = try Topology.read(text, named: file)
      return []
    } catch {
      return error.faults.map { fault in
        String(fault.description.prefix { $0 != "\n" })
      }
    }
  }
}

extension Sample {
  /// Four buses, one of them isolated; every form that a table may have.
  static let matpower = """
    function mpc = three
    %THREE  A made-up case.
    mpc.version = '2';
    mpc.baseMVA = 100;
    mpc.bus = [ % number type ...
    1 3 0 0 0 0 1 1.06 12 110 1 1.06 0.94;
    20 1 21.7 -12.7 0 19 1 1 -4.98 0 1 1.06 0.94
    3, 1, 0, 0, 0, 0, 1, 1, -5, ...
      .4, 1, 1.06, 0.94; 4 4 1e-3 0 0 0 1 1 0 1 1 1.1 .9;
    ];
    mpc.gen = [
    1 232.4 -16.9 Inf -Inf 1.06 100 1 332.4 0
    1 40 42.4 50 -40 1.045 100 0 140 0
    3 5 1 50 -40 0 100 1 140 0
    ];
    %{
    mpc.branch = none
    %}
    mpc.branch = [
    1 20 0.01938 0.05917 0.0528 0 0 0 0 0 1 -360 360;
    3, 20, 0.05, 0.22, 0, 55, 0, 0,  0.978, -30, 1, -360, 360;
    3 4 0.04 0.1 0 0 0 0 0 0 1 -360 360;
    ];
    mpc.gencost = [2 0 0 3 0.04 20 0 0; 1 0 0 2 0 0 10 200; 2 0 0 1 5 0 0 0];
    mpc.bus_name = { 'North'; 'it''s'; % a comment
      "South"; '' };
    mpc.areas = [];
    mpc.genfuel = {};
    mpc.dcline = [
    1 3 1 0 0 0 0 1 1 0 0 0 0 0 0 0 0 ];

    """
}
