// The C library of the platform. Other targets import this module, so that one file says which library that is.
#if canImport(Glibc)
@_exported public import Glibc
#elseif canImport(Musl)
@_exported public import Musl
#elseif canImport(Darwin)
@_exported public import Darwin
#else
#error("Sluice does not know the C library of this platform")
#endif
