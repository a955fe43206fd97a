package org.bitexact.internal.array;

import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The trial of one vector kernel beside the kernel that does the work.
 *
 * <p>Vector code is a thousand times slower until the optimising compiler has seen enough of it, and only use makes it
 * see any. So a cold kernel is run on a small slice of what has just been converted, as often as {@link Trials} leave time,
 * which it takes a tenth to a quarter of a second to be compiled. Every trial compares the results; a kernel wins when it is
 * faster, and right on the fixed stimulus too.
 *
 * <p><b>Thread safety</b>: safe. Updates by several threads may get lost, which only delays the end.
 */
final class Challenge {
    /** Elements of a trial of a kernel that looks compiled: enough for the clock. */
    private static final int WARM_SLICE = 4096;
    /** Nanoseconds of a run, and more of each element, below which a kernel looks compiled. */
    private static final long WARM_RUN = 300;

    private static final long WARM = 4;
    /** Consecutive trials to win. */
    private static final int WINS = 3;
    /**
     * Nanoseconds of trials lost by what looks compiled, after which it is given up. Code looks so before the compiler has
     * finished, when only the operations that it calls are compiled.
     */
    private static final long LOSSES = 100_000_000;
    /** Nanoseconds of trials after which a kernel is given up. */
    private static final long PATIENCE = 2_000_000_000L;

    private final KernelTask task;
    private final KernelSelection selection;
    private final AtomicLong allowance = new AtomicLong();
    private @Nullable ArrayKernel kernel;
    private boolean over;
    private double nanosToBeat = Double.MAX_VALUE;
    private boolean warm;
    private int wins;
    private long lost;
    private long spent;

    Challenge(KernelTask task, KernelSelection selection) {
        this.task = task;
        this.selection = selection;
    }

    /** Allows trials for so much time besides. */
    void allow(long nanos) {
        allowance.addAndGet(nanos);
    }

    /** {@return whether no further trial can make the kernel win} */
    boolean isOver() {
        return over;
    }

    /**
     * Tries the kernel on the first elements of a range that has been converted, as long as there is time for it.
     *
     * @param nanos what the conversion took
     * @return the kernel if it has won, otherwise null
     */
    @Nullable
    ArrayKernel run(Object src, int from, Object dst, int to, int n, long index, long nanos) {
        Trials trials = selection.trials();
        trials.worked(nanos);
        // one run may have been stopped by the system
        nanosToBeat = Math.min(nanosToBeat, (double) nanos / n);
        ArrayKernel winner = null;
        for (boolean extra; winner == null && !over && ((extra = allowance.get() > 0) || trials.allowed()); ) {
            long start = trials.now();
            try {
                winner = trial(src, from, dst, to, n, index);
            } catch (RuntimeException | LinkageError e) {
                giveUp(Level.WARNING, "the vector kernel fails: " + e);
            }
            long elapsed = trials.now() - start;
            if (extra) {
                allowance.addAndGet(-elapsed);
            } else {
                trials.tried(elapsed);
            }
            spent += elapsed;
            if (spent > PATIENCE && winner == null) {
                giveUp(Level.DEBUG, "the vector kernel does not become fast");
            }
        }
        return winner;
    }

    private @Nullable ArrayKernel trial(Object src, int from, Object dst, int to, int n, long index) {
        ArrayKernel k = kernel;
        if (k == null) {
            Kernels family = selection.vector();
            k = family == null ? null : task.kernel(family);
            if (k == null) {
                giveUp(
                        Level.DEBUG,
                        family == null
                                ? "no vector kernel, since the module jdk.incubator.vector is not there"
                                : "no vector kernel for it");
                return null;
            }
            kernel = k;
        }
        int m = Math.min(n, warm ? WARM_SLICE : task.slice());
        int produced = k.produced(m);
        Object result = task.resultsLike(dst, m);
        long start = selection.trials().now();
        k.apply(src, from, result, 0, m, index);
        long elapsed = selection.trials().now() - start;
        double nanos = (double) elapsed / m;
        // another thread may have changed the data in the meantime, so a difference is looked at again on a copy
        if (!task.equal(result, 0, dst, to, produced)
                && !task.agrees(k, task.scalar(), task.copy(src, from, k.consumed(m)), 0, m, index)) {
            giveUp(Level.WARNING, "the vector kernel differs from the scalar one");
            return null;
        }
        warm = elapsed < WARM_RUN + WARM * m;
        if (nanos >= nanosToBeat) {
            wins = 0;
            lost += warm ? elapsed : 0;
            if (lost > LOSSES) {
                giveUp(Level.DEBUG, "the vector kernel is not faster");
            }
            return null;
        }
        if (++wins < WINS) {
            return null;
        }
        wins = 0;
        if (!task.agrees(k)) {
            giveUp(Level.WARNING, "the vector kernel differs from the scalar one on the stimulus");
            return null;
        }
        selection.log(
                Level.DEBUG,
                task,
                String.format(Locale.ROOT, "vector, %.2f ns an element instead of %.2f", nanos, nanosToBeat));
        return k;
    }

    private void giveUp(Level level, String reason) {
        if (!over) {
            over = true;
            selection.log(level, task, reason);
        }
    }
}
