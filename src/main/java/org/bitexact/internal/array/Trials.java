package org.bitexact.internal.array;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time that vector kernels may take before they are compiled: as much as conversions have taken beyond the first {@link
 * #FREE} nanoseconds. A conversion thus takes at most twice as long while trials last, and a process that converts little
 * never begins.
 *
 * <p><b>Thread safety</b>: safe.
 */
final class Trials {
    /** Nanoseconds of conversions before the first trial. */
    static final long FREE = 100_000_000;

    /** Those of the process. */
    static final Trials SHARED = new Trials(System::nanoTime);

    private final LongSupplier clock;
    private final AtomicLong left = new AtomicLong(-FREE);

    /** Prepares; the clock tells nanoseconds. */
    Trials(LongSupplier clock) {
        this.clock = clock;
    }

    /** {@return nanoseconds of the clock} */
    long now() {
        return clock.getAsLong();
    }

    /** Adds the time of a conversion. */
    void worked(long nanos) {
        left.addAndGet(nanos);
    }

    /** Adds the time of a trial. */
    void tried(long nanos) {
        left.addAndGet(-nanos);
    }

    /** {@return whether there is time for a trial} */
    boolean allowed() {
        return left.get() >= 0;
    }
}
