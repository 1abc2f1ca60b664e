#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The reasons for which an operator can do something.
let connectionRefused = ECONNREFUSED
let connectionReset = ECONNRESET
let addressInUse = EADDRINUSE
let addressNotHere = EADDRNOTAVAIL
