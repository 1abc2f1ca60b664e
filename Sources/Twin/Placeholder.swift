enum TwinPlaceholder {}
