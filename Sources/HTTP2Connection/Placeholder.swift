enum HTTP2ConnectionPlaceholder {}
