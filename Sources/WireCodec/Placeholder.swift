enum WireCodecPlaceholder {}
