enum TwinStorePlaceholder {}
