enum SimulatedClusterPlaceholder {}
