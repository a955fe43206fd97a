package org.bitexact.internal.array;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The time that vector kernels may take before they are compiled.
 *
 * <p>Vector code is a thousand times slower until the optimising compiler has seen enough of it, and only use makes it
 * see any. So cold kernels are run on small slices, beside the kernel that does the work, for at most as much time as
 * the process has spent in bulk conversions beyond the first {@link #FREE}: a conversion takes at most twice as long
 * while that lasts, typically for a quarter to half a second, and a process that converts little never begins.
 */
final class Trials {
    /** Nanoseconds of conversion before the first trial. */
    static final long FREE = 100_000_000;

    private static final AtomicLong WORKED = new AtomicLong(-FREE);
    private static final AtomicLong TRIED = new AtomicLong();

    private Trials() {}

    /** Adds to the time spent in conversions. */
    static void worked(long nanos) {
        WORKED.addAndGet(nanos);
    }

    /** Adds to the time spent in trials. */
    static void tried(long nanos) {
        TRIED.addAndGet(nanos);
    }

    /** {@return whether there is time for a trial} */
    static boolean allowed() {
        return TRIED.get() <= WORKED.get();
    }
}
