/**
 * Exhaustive and sampled comparison of two implementations, in shards that can be resumed.
 *
 * <p>A {@link org.bitexact.sweep.SweepTask} gives every input of an {@link org.bitexact.sweep.InputSpace} to two {@link
 * org.bitexact.sweep.Implementation}s, a subject and a reference, and demands equal codes and flags. What they compute is
 * a {@link org.bitexact.sweep.Computation}; {@link org.bitexact.sweep.Implementations} has the library's own. A {@link
 * org.bitexact.sweep.SweepPlan} is a list of tasks cut into units, a {@link org.bitexact.sweep.Sweep} carries it out on
 * all processors and keeps a {@link org.bitexact.sweep.SweepJournal}: started again with the same plan it goes on where
 * it was interrupted, and the journals of several machines, each with a {@link org.bitexact.sweep.Shard} of the plan,
 * merge into one report. The {@link org.bitexact.sweep.Digest} of the results is a sum, so it is the same however the
 * work was divided, and two implementations can be compared without having been run together.
 *
 * <pre>{@code
 * Computation toE4M3 = Computation.conversion(Formats.BINARY32, Formats.OCP_E4M3, Policies.IEEE);
 * SweepTask task = SweepTask.of(toE4M3, CodeSpace.floats(), "codec", "oracle");
 * SweepReport report = Sweep.of(SweepPlan.of(List.of(task)))
 *         .journal(Path.of("e4m3.journal"))
 *         .build()
 *         .run();
 * // report.mismatches() == 0: all 2^32 floats are converted as the oracle says
 * }</pre>
 *
 * <p><b>What the foundation sweep proves.</b> {@link org.bitexact.sweep.Presets#foundation()} compares the codec
 * with the oracle for all 2^32 floats, each format, and each deterministic rounding mode. The oracle computes with exact
 * integers and shares no code with the codec, but takes a microsecond a value. Rounding is monotone, so code and flags are
 * constant on intervals; the oracle computes both ends of every interval ({@link org.bitexact.oracle.BoundaryTable}), and
 * the sweep compares the codec's result for every single float with that of its interval. NaN inputs have no order, and
 * the oracle is asked for each of them.
 */
@NullMarked
package org.bitexact.sweep;

import org.jspecify.annotations.NullMarked;
