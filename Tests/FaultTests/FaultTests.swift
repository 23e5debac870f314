import Testing

/// Faults, one kind after the other, since each of them wants the whole machine.
///
/// A body that is not idempotent runs while drivers, backends, servers and wires fail; then SQL that knows nothing of
/// Sluice counts what became of the rows. `SLUICE_FAULT_ROUNDS=10` makes everything ten times as long, and
/// `SLUICE_FAULT_SEED` repeats the choices of an earlier run. At the end there is a table of all events and violations.
@Suite("Faults", .serialized, .table)
enum FaultTests {}
