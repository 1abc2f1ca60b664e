// The messages and limits are part of this module's interface.
@_exported import HTTP2Session
