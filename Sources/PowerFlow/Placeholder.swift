enum PowerFlowPlaceholder {}
