package org.bitexact.internal.array;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Runs the best kernel that is known to be right and ready.
 *
 * <ol>
 *   <li>The first elements go to the scalar kernel: they would not pay for a table.
 *   <li>Then a kernel of plain Java takes over, if it gives the scalar kernel's results on fixed stimulus.
 *   <li>A vector kernel takes over when it has won its {@link Challenge}. One that turns slow again, because the
 *       compiler has thrown its code away, must win another one.
 * </ol>
 *
 * <p>Values on their way from memory to codes of a byte or less go in two streams: a processor fetches these ahead, each
 * for itself, and reading is what such conversions wait for.
 *
 * <p>Which kernel runs depends on time; the results do not.
 *
 * <p><b>Thread safety</b>: safe. Threads may do the same step twice.
 */
public final class AdaptiveKernel implements ArrayKernel {
    /** The elements between two looks at the clock. */
    private static final int BLOCK = 1 << 16;
    /** Elements of a stretch that goes in two streams; with the next ones, it does not fit into the caches of a core. */
    private static final int STRETCH = 1 << 20;
    /** Elements of one stream before the other one's turn: longer than a page, they are no streams. */
    private static final int TURN = 1 << 9;
    /** Shorter runs are not timed. */
    private static final int TIMED = 256;
    /** Elements before the first line in the log, unless a family was asked for. */
    private static final int LOGGED = 1 << 20;
    /** Nanoseconds an element that show that a vector kernel is not compiled, or the thread was stopped. */
    private static final long LOST = 32;
    /** Consecutive runs that slow that show which of the two. */
    private static final int LOSSES = 3;

    private final KernelTask task;
    private final KernelSelection selection;
    private volatile Choice steady;
    private volatile @Nullable ArrayKernel vector;
    private volatile @Nullable Challenge challenge;
    /** Elements left before the scalar kernel is replaced; negative when that has been done. */
    private int before;
    /** Elements left before the choice is logged; a logger takes longer to make than many elements to convert. */
    private int beforeLog;
    /** Consecutive slow runs of the vector kernel. */
    private int lost;

    private record Choice(ArrayKernel kernel, String family) {}

    /** Prepares a task; {@code before} is the number of elements that go to the scalar kernel first. */
    AdaptiveKernel(KernelTask task, KernelSelection selection, int before) {
        this.task = task;
        this.selection = selection;
        this.before = before;
        beforeLog = before == 0 ? 0 : LOGGED;
        steady = new Choice(task.scalar(), ScalarKernels.INSTANCE.name());
    }

    /** {@return the name of the family whose kernel converts at present} */
    public String family() {
        return vector != null ? "vector" : steady.family;
    }

    @Override
    public int consumed(int n) {
        return steady.kernel.consumed(n);
    }

    @Override
    public int produced(int n) {
        return steady.kernel.produced(n);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        boolean narrows = src instanceof float[] && dst instanceof byte[];
        for (int done = 0, m; done < n; done += m) {
            boolean settled = before < 0 && challenge == null;
            m = narrows && settled && n - done >= STRETCH ? STRETCH : Math.min(n - done, BLOCK);
            block(src, from + consumed(done), dst, to + produced(done), m, index + done);
        }
    }

    /** Converts a block, or a stretch in two streams. */
    private static void convert(ArrayKernel kernel, Object src, int from, Object dst, int to, int n, long index) {
        if (n < STRETCH) {
            kernel.apply(src, from, dst, to, n, index);
            return;
        }
        for (int i = 0, j = STRETCH / 2; j < STRETCH; i += TURN, j += TURN) {
            kernel.apply(src, from + kernel.consumed(i), dst, to + kernel.produced(i), TURN, index + i);
            kernel.apply(src, from + kernel.consumed(j), dst, to + kernel.produced(j), TURN, index + j);
        }
    }

    /**
     * Tells that work has been done by other loops of the Vector API, of which this conversion was a part. As much time
     * may go into the trial of a vector kernel, beside what {@link Challenge} allows.
     *
     * @param nanos the time of that work
     */
    public void used(long nanos) {
        Challenge trial = challenge;
        if (trial != null) {
            trial.allow(nanos);
        }
    }

    private void block(Object src, int from, Object dst, int to, int n, long index) {
        if (before >= 0) {
            before -= n;
            if (before < 0) {
                replaceScalar();
            }
        }
        if (beforeLog >= 0) {
            beforeLog -= n;
            if (beforeLog < 0) {
                selection.log(Level.DEBUG, task, family() + reason());
            }
        }
        ArrayKernel fast = vector;
        Challenge trial = challenge;
        if (n < TIMED || fast == null && trial == null) {
            convert(fast == null ? steady.kernel : fast, src, from, dst, to, n, index);
            return;
        }
        long start = selection.trials().now();
        convert(fast == null ? steady.kernel : fast, src, from, dst, to, n, index);
        long nanos = selection.trials().now() - start;
        if (fast != null) {
            lost = nanos > n * LOST ? lost + 1 : 0;
            if (lost == LOSSES) {
                vector = null;
            }
        } else if (trial != null) {
            vector = trial.run(src, from, dst, to, n, index, nanos);
            if (trial.isOver()) {
                challenge = null;
            }
        }
    }

    /** Why it is that family, for the log. */
    private String reason() {
        return selection.isAsked()
                ? ", asked for by " + KernelSelection.PROPERTY
                : challenge != null ? ", while a vector kernel is on trial" : ", the best that is right";
    }

    private void replaceScalar() {
        for (Kernels family : selection.families()) {
            ArrayKernel kernel = task.kernel(family);
            if (kernel == null) {
                continue;
            }
            if (task.agrees(kernel)) {
                steady = new Choice(kernel, family.name());
                break;
            }
            selection.log(Level.WARNING, task, "the kernel " + family.name() + " differs from the scalar one");
        }
        boolean settled = task.isSettledByJdk() && steady.family.equals(JdkKernels.INSTANCE.name());
        if (selection.triesVector() && !settled) {
            challenge = new Challenge(task, selection);
        }
    }
}
