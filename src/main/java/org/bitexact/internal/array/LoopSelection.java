package org.bitexact.internal.array;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which family of inner loops a matrix product takes: the one of the Vector API when it is known to be right and fast,
 * otherwise that of plain Java. The system property of {@link KernelSelection} decides here, too: {@code vector} asks for
 * the one, the other families for the other, {@code auto} for the better one.
 *
 * <p>Vector code is very slow until the optimising compiler has seen enough of it, and only use makes it see any. So
 * cold loops run on a small problem of their own beside the products: for as much time as these take, or before a product
 * that is large enough to gain by it. They have won when they have been faster than plain Java {@link #WINS} times in
 * succession. Every trial compares the bits.
 *
 * <p><b>Thread safety</b>: safe. Which loops run depends on time; the results do not.
 */
public final class LoopSelection {
    /** Products of two numbers, in one matrix product, from which the trials come first. */
    private static final double LARGE = 0x1p33;
    /** Nanoseconds of products that are free of trials. */
    private static final long FREE = 20_000_000;
    /** Nanoseconds of trials after which the vector loops are given up. */
    private static final long PATIENCE = 30_000_000_000L;
    /** Nanoseconds for which a large product waits. */
    private static final long WAIT = 3_000_000_000L;
    /** Consecutive trials to win. */
    private static final int WINS = 3;

    private static final Logger LOGGER = System.getLogger("org.bitexact.array");
    private static final String CLASS = "org.bitexact.internal.vector.product.VectorLoops";

    private final Supplier<@Nullable ProductLoops> vector;
    private final AtomicLong allowance = new AtomicLong(-FREE);
    private volatile ProductLoops choice;
    private volatile boolean over;
    // guarded by this
    private @Nullable Trial trial;
    private int wins;
    private long spent;

    /**
     * Makes a selection.
     *
     * @param choice the family to begin with
     * @param vector gives the family that is tried beside it, or null if it is absent; null to try none
     */
    LoopSelection(ProductLoops choice, @Nullable Supplier<@Nullable ProductLoops> vector) {
        this.choice = choice;
        this.vector = vector == null ? () -> null : vector;
        over = vector == null;
    }

    /**
     * {@return the selection that the system property asks for, which is read once}
     *
     * @throws IllegalArgumentException if the property names no family
     */
    public static LoopSelection current() {
        KernelSelection.current(); // refuses what is no family
        return Current.SELECTION;
    }

    private static final class Current {
        static final LoopSelection SELECTION = of(System.getProperty(KernelSelection.PROPERTY, "auto"));
    }

    /**
     * {@return a selection}
     *
     * @param family a value of the property
     */
    static LoopSelection of(String family) {
        ProductLoops loops = family.equals("vector") ? vector() : null;
        return loops != null && agrees(loops)
                ? new LoopSelection(loops, null)
                : new LoopSelection(PlainLoops.INSTANCE, family.equals("auto") ? LoopSelection::vector : null);
    }

    /** {@return the loops of the Vector API, or null where it is absent} */
    public static @Nullable ProductLoops vector() {
        try {
            return (ProductLoops) Class.forName(CLASS).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            LOGGER.log(Level.DEBUG, "the Vector API is absent: {0}", e);
            return null;
        }
    }

    /** {@return whether loops give the bits of those in plain Java} */
    static boolean agrees(ProductLoops loops) {
        try {
            if (new Trial(loops).agrees()) {
                return true;
            }
            LOGGER.log(Level.WARNING, "the matrix loops {0} differ from those in plain Java", loops.name());
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, "the matrix loops {0} fail: {1}", loops.name(), e);
        }
        return false;
    }

    /**
     * {@return the loops for a product}
     *
     * @param work products of two numbers
     */
    public ProductLoops loops(double work) {
        if (!over && work >= LARGE) {
            for (long waited = 0; !over && waited < WAIT; ) {
                waited += attempt();
            }
        }
        return choice;
    }

    /**
     * Tells that time has been spent in products, some of which may go into trials.
     *
     * @param nanos the time
     */
    public void worked(long nanos) {
        if (over) {
            return;
        }
        allowance.addAndGet(nanos);
        while (!over && allowance.get() > 0) {
            allowance.addAndGet(-attempt());
        }
    }

    /** Makes one trial and returns the nanoseconds it took. */
    private synchronized long attempt() {
        if (over) {
            return 0;
        }
        long start = System.nanoTime();
        ProductLoops loops = null;
        try {
            Trial t = trial;
            if (t == null) {
                loops = vector.get();
                t = loops == null ? null : new Trial(loops);
                trial = t;
            }
            if (t == null) {
                giveUp(Level.DEBUG, "there are no vector loops");
            } else if (!t.agrees()) {
                giveUp(Level.WARNING, "the vector loops differ from those in plain Java");
            } else {
                wins = t.isFaster() ? wins + 1 : 0;
                if (wins == WINS) {
                    choice = t.loops;
                    giveUp(Level.DEBUG, "matrix products by the vector loops");
                }
            }
        } catch (RuntimeException | LinkageError e) {
            giveUp(Level.WARNING, "the vector loops fail: " + e);
        }
        long elapsed = System.nanoTime() - start;
        spent += elapsed;
        if (spent > PATIENCE && !over) {
            giveUp(Level.DEBUG, "the vector loops do not become fast");
        }
        return elapsed;
    }

    private void giveUp(Level level, String reason) {
        over = true;
        trial = null;
        LOGGER.log(level, reason);
    }

    /** A small product by two families: every kind of tile, special values, NaN, and chains that depend on their order. */
    private static final class Trial {
        private static final int ROWS = 25;
        private static final int STEPS = 64;
        private static final int COLUMNS = 256;
        /** Columns that are computed once more: few may go another way. */
        private static final int FEW = 131;

        final ProductLoops loops;
        private final Side plain;
        private final Side vector;

        Trial(ProductLoops loops) {
            this.loops = loops;
            plain = new Side(PlainLoops.INSTANCE);
            vector = new Side(loops);
        }

        boolean agrees() {
            plain.run();
            vector.run();
            int columns = Math.min(plain.used(), vector.used());
            for (int i = 0; i < ROWS; i++) {
                if (!KernelTask.same(plain.row(i), 0, vector.row(i), 0, columns)
                        || !Arrays.equals(plain.totals(i), 0, columns, vector.totals(i), 0, columns)) {
                    return false;
                }
            }
            return plain.mayBeNaN && vector.mayBeNaN;
        }

        boolean isFaster() {
            return vector.nanos() < plain.nanos();
        }

        /** The problem, as one family has it. */
        private static final class Side {
            final FmaPanel panel;
            private final float[] a = new float[ROWS * STEPS];
            private final FloatRows start;
            private final FloatRows sums;
            private boolean mayBeNaN;
            private long elapsed;

            Side(ProductLoops loops) {
                panel = loops.fma(STEPS, loops.chainColumns(COLUMNS, STEPS, 1));
                float[] zero = new float[panel.columns()];
                Arrays.fill(zero, -0f);
                start = new FloatRows(zero, 0, 0);
                sums = new FloatRows(new float[ROWS * panel.columns()], 0, panel.columns());
                for (int i = 0; i < a.length; i++) {
                    a[i] = number(i);
                }
                float[] row = new float[panel.columns()];
                for (int p = 0; p < STEPS; p++) {
                    for (int j = 0; j < row.length; j++) {
                        row[j] = number(p << 10 | j);
                    }
                    row[COLUMNS / 2] = p == 0 ? Float.NaN : row[COLUMNS / 2];
                    panel.load(row, 0, row.length, p, 1, row.length);
                }
            }

            /** A number of either sign between 2^-6 and 2^6; a few specials in the last rows and columns. */
            private static float number(int seed) {
                SplittableRandom random = new SplittableRandom(seed);
                int bits = random.nextInt();
                int exponent = seed % 997 == 996 ? random.nextInt(256) : 121 + random.nextInt(12);
                return Float.intBitsToFloat(bits & 0x807f_ffff | exponent << 23);
            }

            void run() {
                long begin = System.nanoTime();
                mayBeNaN = panel.accumulate(new FloatRows(a, 0, STEPS), ROWS, 0, STEPS, start, sums, used());
                elapsed = System.nanoTime() - begin;
                mayBeNaN &= panel.accumulate(new FloatRows(a, 0, STEPS), ROWS, 0, STEPS, start, sums, FEW);
            }

            /** Columns, the last of which do not fill any vector. */
            int used() {
                return panel.columns() - 3;
            }

            /** A row of sums, with NaNs alike. */
            float[] row(int i) {
                float[] row = Arrays.copyOfRange(sums.array(), sums.at(i), sums.at(i + 1));
                FmaPanel.replaceNans(row, 0, used(), Float.NaN);
                return row;
            }

            /** What becomes of sums that are taken as integers, whatever they are. */
            int[] totals(int i) {
                int[] totals = new int[panel.columns()];
                panel.add(row(i), 0, used(), totals);
                panel.addHalf(row(i), 0, used(), STEPS, totals);
                return totals;
            }

            /** The time of the last run for each product, in units that are the same for both. */
            double nanos() {
                return (double) elapsed / panel.columns();
            }
        }
    }
}
