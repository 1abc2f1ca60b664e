enum HTTP2SessionPlaceholder {}
