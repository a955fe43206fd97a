package org.bitexact.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.LoopSelection;
import org.bitexact.internal.array.PlainLoops;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.array.Scratch;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.bitexact.internal.kernel.PanelRules;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product D = A·B + C, each element by a {@link DotProduct}: A has m rows and k columns, B has k rows and n
 * columns, C and D have m rows and n columns.
 *
 * <p>The default contract, {@link #fp32}: products exact, k ascending, one binary32 fused multiply-add for each, ties to
 * even.
 *
 * <p><b>Order</b>: an element is what its rule says, whatever the size of the product, the number of threads, and how the
 * work is cut up. Random bits of stochastic rules depend on the element's place in D, batch · m · n + row · n + column.
 *
 * <p><b>Batches</b>: D may be a batch of matrices; each operand is a batch of as many, or one matrix for all of them.
 *
 * <p><b>Arguments</b> are checked before D is written to: shapes, ranges, every code. D may be C itself; otherwise its
 * range must not overlap that of an operand.
 *
 * <p><b>Thread safety</b>: immutable. The threads of a product begin and end within the call.
 *
 * @since 0.1
 */
public final class Gemm {
    /** Elements of a tile's rows of A, and of its columns of B, unless there is only one. */
    private static final int OPERANDS = 1 << 20;

    private static final int TILE_ROWS = 32;
    private static final int TILE_COLUMNS = 32;
    /** Numbers of A that are converted at a time, unless a row has more. */
    private static final int BAND = 1 << 24;
    /** Rows of A whose sums stay in the first cache; a multiple of what loops take at once. */
    private static final int GROUP = 48;
    /** Most rows whose sums wait for the next panel, where k is larger than one. */
    private static final int WAITING = 960;
    /** Tiles for each thread, so that they end at about the same time. */
    private static final int SHARES = 3;

    private static final long[] NO_SCALES = {};
    private static final long[] NO_CODES = {};
    private static final float[] NO_NUMBERS = {};

    private final DotProduct rule;
    private final int threads;
    private final LongConsumer progress;
    private final @Nullable ProductLoops loops; // null to take the best ones

    private Gemm(DotProduct rule, int threads, LongConsumer progress, @Nullable ProductLoops loops) {
        this.rule = rule;
        this.threads = threads;
        this.progress = progress;
        this.loops = loops;
    }

    /**
     * {@return matrix products by a rule, on as many threads as there are processors}
     *
     * @param rule gives an element
     */
    public static Gemm of(DotProduct rule) {
        Objects.requireNonNull(rule, "rule");
        return new Gemm(rule, Runtime.getRuntime().availableProcessors(), done -> {}, null);
    }

    /**
     * {@return matrix products by the default contract}
     *
     * @param a format of A
     * @param b format of B
     * @throws IllegalArgumentException if an integer format is wider than 32 bits
     * @see FloatDot#of(ScalarFormat, ScalarFormat)
     */
    public static Gemm fp32(ScalarFormat a, ScalarFormat b) {
        return of(FloatDot.of(a, b));
    }

    /**
     * {@return these products on another number of threads, the caller's among them}
     *
     * @param value at least 1
     * @throws IllegalArgumentException if the number is less than 1
     */
    public Gemm threads(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("threads must be at least 1: " + value);
        }
        return new Gemm(rule, value, progress, loops);
    }

    /**
     * {@return these products, telling someone how they go on}
     *
     * @param value is given the number of elements done so far, ascending, one call at a time, by any of the threads
     */
    public Gemm progress(LongConsumer value) {
        return new Gemm(rule, threads, Objects.requireNonNull(value, "value"), loops);
    }

    /** {@return these products by loops of a family, null for the best ones} */
    Gemm loops(@Nullable ProductLoops family) {
        return new Gemm(rule, threads, progress, family);
    }

    /** {@return what gives an element} */
    public DotProduct rule() {
        return rule;
    }

    /**
     * Computes D = A·B, that is with +0 as the addend of each element.
     *
     * @param a A, m by k
     * @param b B, k by n
     * @param d receives D, m by n
     * @throws IllegalArgumentException if shapes do not match, a range does not lie within its array, an element is no
     *     code of its format, D overlaps an operand or itself, or the rule needs scales
     */
    public void multiply(Matrix a, Matrix b, Matrix d) {
        multiply(a, b, null, d);
    }

    /**
     * Computes D = A·B + C.
     *
     * @param a A, m by k
     * @param b B, k by n
     * @param c C, m by n; null for +0 everywhere
     * @param d receives D, m by n
     * @throws IllegalArgumentException if shapes do not match, a range does not lie within its array, an element is no
     *     code of its format, D overlaps an operand or itself, or the rule needs scales
     */
    public void multiply(Matrix a, Matrix b, @Nullable Matrix c, Matrix d) {
        if (rule instanceof ScaledDotProduct scaled) {
            throw new IllegalArgumentException("scaleA and scaleB must be given for block-scaled operands, a scale for "
                    + scaled.blockLength() + " elements");
        }
        new Product(a, null, b, null, c, d).run();
    }

    /**
     * Computes D = A·B + C with block-scaled A and B: rows of A and columns of B are vectors of a {@link
     * ScaledDotProduct}.
     *
     * @param a elements of A, m by k
     * @param scaleA scales of A, m by ceil(k / blockLength)
     * @param b elements of B, k by n
     * @param scaleB scales of B, ceil(k / blockLength) by n
     * @param c C, m by n; null for +0 everywhere
     * @param d receives D, m by n
     * @throws IllegalArgumentException if shapes do not match, a range does not lie within its array, an element is no
     *     code of its format, D overlaps an operand or itself, or the rule has no scales
     */
    public void multiply(Matrix a, Matrix scaleA, Matrix b, Matrix scaleB, @Nullable Matrix c, Matrix d) {
        if (!(rule instanceof ScaledDotProduct)) {
            throw new IllegalArgumentException("scales must not be given to a rule without scales: " + rule);
        }
        new Product(a, Objects.requireNonNull(scaleA, "scaleA"), b, Objects.requireNonNull(scaleB, "scaleB"), c, d)
                .run();
    }

    /** One product: operands that have been checked, and the tiles that are left. */
    private final class Product {
        private final int m;
        private final int n;
        private final int k;
        private final int blocks;
        private final int batches;
        private final Matrix.Codes a;
        private final Matrix.Codes b;
        private final Matrix.@Nullable Codes scaleA;
        private final Matrix.@Nullable Codes scaleB;
        private final Matrix.@Nullable Codes c;
        private final Matrix.Codes d;

        private final @Nullable Panels panels; // null for a rule that computes element by element
        private final int bandRows;
        private final int tileRows;
        private final int tileColumns;
        private final int bands;
        private final int rowTiles; // of a band
        private final int columnTiles;
        private final int tiles;
        private final AtomicInteger next = new AtomicInteger();
        private volatile boolean stopped;
        // guarded by this
        private long done;
        private @Nullable Throwable failure;

        Product(Matrix a, @Nullable Matrix scaleA, Matrix b, @Nullable Matrix scaleB, @Nullable Matrix c, Matrix d) {
            m = a.rows();
            k = a.columns();
            n = b.columns();
            batches = d.batches();
            requireShape("b", b, k, n);
            requireShape("d", d, m, n);
            this.a = operand("a", a, rule.formatA(), d);
            this.b = operand("b", b, rule.formatB(), d);
            if (scaleA != null && scaleB != null && rule instanceof ScaledDotProduct scaled) {
                blocks = (int) ((k + scaled.blockLength() - 1L) / scaled.blockLength());
                requireShape("scaleA", scaleA, m, blocks);
                requireShape("scaleB", scaleB, blocks, n);
                this.scaleA = operand("scaleA", scaleA, scaled.scaleFormatA(), d);
                this.scaleB = operand("scaleB", scaleB, scaled.scaleFormatB(), d);
            } else {
                blocks = 0;
                this.scaleA = null;
                this.scaleB = null;
            }
            if (c != null) {
                requireShape("c", c, m, n);
                boolean inPlace = c.overlaps(d) && c.sameElements(d);
                this.c = inPlace ? read("c", c, rule.formatC()) : operand("c", c, rule.formatC(), d);
            } else {
                requireZero(rule.formatC());
                this.c = null;
            }
            this.d = d.codes("d", rule.formatD());
            d.requireRange("d");
            d.requireDistinct("d");
            panels = panels();
            if (panels == null) {
                bandRows = Math.max(m, 1);
                tileRows = tile(m, TILE_ROWS);
                tileColumns = tile(n, TILE_COLUMNS);
            } else {
                bandRows = panels.inPlace || panels.groupwise
                        ? Math.max(m, 1)
                        : Math.max(1, Math.min(m, BAND / Math.max(k, 1)));
                tileColumns = panels.columns;
                tileRows = shareOfRows();
            }
            bands = (m + bandRows - 1) / bandRows;
            rowTiles = (Math.min(m, bandRows) + tileRows - 1) / tileRows;
            columnTiles = (n + tileColumns - 1) / tileColumns;
            tiles = Math.multiplyExact(Math.multiplyExact(batches, bands), Math.multiplyExact(rowTiles, columnTiles));
        }

        /** All rows of a band, so that B is converted once, unless there are too few tiles for the threads. */
        private int shareOfRows() {
            long shares = shares((long) batches * ((n + tileColumns - 1) / tileColumns));
            int rows = (int) Math.max(1, (bandRows + shares - 1) / shares);
            return panels != null && k > panels.rule.depth() ? Math.min(rows, WAITING) : rows;
        }

        /** Into how many parts each of some pieces of work should be divided for the threads. */
        private long shares(long pieces) {
            return threads == 1 || pieces == 0 ? 1 : (SHARES * (long) threads + pieces - 1) / pieces;
        }

        private @Nullable Panels panels() {
            PanelRule panelRule = PanelRules.of(rule);
            if (panelRule == null) {
                return null;
            }
            ProductLoops family = loops != null
                    ? loops
                    : LoopSelection.current().loops((double) batches * m * n * k * panelRule.weight());
            return panelRule.suits(family) ? new Panels(panelRule, family) : null;
        }

        private int tile(int size, int usual) {
            return Math.max(1, Math.min(Math.min(size, usual), OPERANDS / Math.max(k, 1)));
        }

        private void requireShape(String name, Matrix x, int rows, int columns) {
            if (x.rows() != rows || x.columns() != columns) {
                throw new IllegalArgumentException(String.format(
                        "%s must have %d rows and %d columns, as m = %d, n = %d and k = %d are given by a and b: %d, %d",
                        name, rows, columns, m, n, k, x.rows(), x.columns()));
            }
        }

        private Matrix.Codes operand(String name, Matrix x, ScalarFormat format, Matrix result) {
            if (result.overlaps(x)) {
                throw new IllegalArgumentException("d must not overlap " + name + ": " + result + ", " + x);
            }
            return read(name, x, format);
        }

        private Matrix.Codes read(String name, Matrix x, ScalarFormat format) {
            x.requireRange(name);
            Matrix.Codes codes = x.repeated(name, batches).codes(name, format);
            codes.requireCodes();
            return codes;
        }

        private static void requireZero(ScalarFormat format) {
            boolean hasZero = format instanceof FloatFormat f
                    ? f.hasZero()
                    : ((IntFormat) format).encoding() != IntFormat.Encoding.BIPOLAR;
            if (!hasZero) {
                throw new IllegalArgumentException("c must be given, since its format has no zero: " + format);
            }
        }

        void run() {
            List<Thread> workers = new ArrayList<>();
            for (int i = 1; i < Math.min(threads, tiles); i++) {
                Thread worker = new Thread(this::work, "gemm-" + i);
                worker.setDaemon(true);
                worker.start();
                workers.add(worker);
            }
            work();
            workers.forEach(worker -> finish(worker::join));
            if (panels != null) {
                panels.release();
            }
            synchronized (this) {
                if (failure instanceof RuntimeException e) {
                    throw e;
                }
                if (failure instanceof Error e) {
                    throw e;
                }
            }
        }

        private interface Wait {
            void await() throws InterruptedException;
        }

        /** Waits for the end of another thread's work, which is not far, also when interrupted. */
        private static void finish(Wait wait) {
            boolean interrupted = false;
            while (true) {
                try {
                    wait.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void work() {
            try (Tile tile = panels == null ? new CodeTile() : new PanelTile(panels)) {
                for (int t = next.getAndIncrement(); t < tiles && !stopped; t = next.getAndIncrement()) {
                    // tiles of one column follow one another
                    int column = t / rowTiles % columnTiles * tileColumns;
                    int band = t / rowTiles / columnTiles % bands;
                    int row = band * bandRows + t % rowTiles * tileRows;
                    int rows = Math.min(tileRows, Math.min(m, (band + 1) * bandRows) - row);
                    int columns = Math.min(tileColumns, n - column);
                    if (rows > 0) {
                        tile.compute(t / rowTiles / columnTiles / bands, row, rows, column, columns);
                        finish((long) rows * columns);
                    }
                }
            } catch (RuntimeException | Error e) {
                synchronized (this) {
                    if (failure == null) {
                        failure = e;
                    }
                }
                stopped = true;
            }
        }

        private synchronized void finish(long elements) {
            done += elements;
            progress.accept(done);
        }

        /** A thread's work on a part of D, and the copies of operands that it keeps for the next part. */
        private abstract class Tile implements AutoCloseable {
            long addend(int batch, int row, int column) {
                return c == null ? 0 : c.get(batch, row, column);
            }

            /** The number of an element. */
            long element(int batch, int row, int column) {
                return ((long) batch * m + row) * n + column;
            }

            abstract void compute(int batch, int row, int rows, int column, int columns);

            @Override
            public void close() {}
        }

        /** Vectors of codes side by side, k codes each, for any rule. */
        private final class CodeTile extends Tile {
            private final long[] rowsOfA = new long[tileRows * k];
            private final long[] columnsOfB = new long[tileColumns * k];
            private final long[] scalesOfA = scaleA == null ? NO_SCALES : new long[tileRows * blocks];
            private final long[] scalesOfB = scaleB == null ? NO_SCALES : new long[tileColumns * blocks];

            private int batchOfB = -1;
            private int columnOfB = -1;

            private void copyRows(int batch, int row, int rows) {
                copyRows(a, batch, row, rows, rowsOfA, k);
                if (scaleA != null) {
                    copyRows(scaleA, batch, row, rows, scalesOfA, blocks);
                }
            }

            private void copyColumns(int batch, int column, int columns) {
                copyColumns(b, batch, column, columns, columnsOfB, k);
                if (scaleB != null) {
                    copyColumns(scaleB, batch, column, columns, scalesOfB, blocks);
                }
            }

            private static void copyRows(Matrix.Codes from, int batch, int row, int rows, long[] to, int length) {
                for (int i = 0; i < rows; i++) {
                    for (int p = 0; p < length; p++) {
                        to[i * length + p] = from.get(batch, row + i, p);
                    }
                }
            }

            private static void copyColumns(
                    Matrix.Codes from, int batch, int column, int columns, long[] to, int length) {
                for (int p = 0; p < length; p++) {
                    for (int j = 0; j < columns; j++) {
                        to[j * length + p] = from.get(batch, p, column + j);
                    }
                }
            }

            @Override
            void compute(int batch, int row, int rows, int column, int columns) {
                copyRows(batch, row, rows);
                if (batch != batchOfB || column != columnOfB) {
                    copyColumns(batch, column, columns);
                    batchOfB = batch;
                    columnOfB = column;
                }
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        long element = element(batch, row + i, column + j);
                        long result = result(i, j, addend(batch, row + i, column + j), element);
                        d.set(batch, row + i, column + j, result);
                    }
                }
            }

            private long result(int i, int j, long addend, long element) {
                if (rule instanceof ScaledDotProduct scaled) {
                    return scaled.dot(
                            rowsOfA,
                            i * k,
                            scalesOfA,
                            i * blocks,
                            columnsOfB,
                            j * k,
                            scalesOfB,
                            j * blocks,
                            k,
                            addend,
                            element);
                }
                return rule.dot(rowsOfA, i * k, columnsOfB, j * k, k, addend, element);
            }
        }

        // -------------------------------------------------------------- many elements at once

        /** What threads share for a rule that computes many elements at once. */
        private final class Panels {
            final PanelRule rule;
            final ProductLoops family;
            final int columns;
            final FloatReader readerA = new FloatReader(a, Gemm.this.rule.formatA());
            final FloatReader readerB = new FloatReader(b, Gemm.this.rule.formatB());
            /** Whether A holds its numbers row by row, so that they need not be copied. */
            final boolean inPlace;
            /** Whether no two tiles need a row of A, so that they convert rows as they come to them. */
            final boolean groupwise;
            /** Whether B holds its numbers row by row. */
            final boolean inPlaceB;

            private @Nullable Band current;

            Panels(PanelRule rule, ProductLoops family) {
                this.rule = rule;
                this.family = family;
                columns = rule.columns(family, n, k, (int) shares(batches));
                inPlace = a.isRowsOfFloats() && !rule.conditions();
                groupwise = !inPlace && n <= columns && k <= rule.depth() && (batches == 1 || !a.isRepeated());
                inPlaceB = b.isRowsOfFloats() && !rule.conditionsColumns();
            }

            /** The band that holds a row, made if need be. */
            Band band(int batch, int row) {
                int batchOfA = a.isRepeated() ? 0 : batch;
                int first = row - row % bandRows;
                Band band;
                synchronized (this) {
                    band = current;
                    if (band == null || band.batch != batchOfA || band.first != first) {
                        band = new Band(this, batchOfA, first);
                        current = band;
                    }
                }
                band.fill();
                return band;
            }

            /** Converts rows of A. */
            void read(int batch, int row, int rows, float[] to, int at) {
                readerA.read(batch, row, 0, rows, k, to, at);
                for (int i = 0; rule.conditions() && i < rows; i++) {
                    rule.condition(to, at + i * k, k);
                }
            }

            /** Gives back what no thread uses any more. */
            synchronized void release() {
                if (current != null) {
                    Scratch.release(current.values);
                    current = null;
                }
            }

            void worked(long nanos) {
                if (loops == null) {
                    LoopSelection.current().worked(nanos);
                    if (family != PlainLoops.INSTANCE) {
                        readerA.used(nanos);
                        readerB.used(nanos);
                    }
                }
            }
        }

        /** Rows of A, converted by all threads that need them. */
        private final class Band {
            /** Numbers that a thread converts at a time. */
            private static final int CHUNK = 1 << 14;

            final int batch;
            final int first;
            final float[] values;
            private final Panels panels;
            private final int chunkRows = Math.max(1, CHUNK / Math.max(k, 1));
            private final int rows;
            private final AtomicInteger chunk = new AtomicInteger();
            private final CountDownLatch left;

            Band(Panels panels, int batch, int first) {
                this.panels = panels;
                this.batch = batch;
                this.first = first;
                rows = Math.min(bandRows, m - first);
                values = Scratch.floats(rows * k);
                left = new CountDownLatch((rows + chunkRows - 1) / chunkRows);
            }

            /** Converts what nobody else does, and waits for the others. */
            void fill() {
                for (int i = chunk.getAndIncrement() * chunkRows;
                        i >= 0 && i < rows;
                        i = chunk.getAndIncrement() * chunkRows) {
                    try {
                        int end = Math.min(i + chunkRows, rows);
                        panels.read(batch, first + i, end - i, values, i * k);
                    } finally {
                        left.countDown();
                    }
                }
                finish(left::await);
            }
        }

        /** Rows of A times a panel of columns of B. */
        private final class PanelTile extends Tile {
            /** Numbers of B that are converted at a time, unless a row has more: they stay in the first cache. */
            private static final int CHUNK = 1 << 12;

            private final Panels panels;
            private final int depth;
            private final int group; // rows at a time
            private final Panel panel;
            private final long[] codes;
            private final float[] rowsOfA; // a group, where groups are converted one by one
            private final float[] rowsOfB; // some of them, unless B holds its numbers row by row
            private @Nullable Band band;
            private int batchOfB = -1;
            private int columnOfB;
            private int stepOfB;

            PanelTile(Panels panels) {
                this.panels = panels;
                depth = panels.rule.depth();
                group = k > depth ? tileRows : Math.min(GROUP, tileRows);
                panel = panels.rule.panel(panels.family, group, panels.columns, k);
                codes = new long[panels.columns];
                rowsOfA = panels.groupwise ? Scratch.floats(group * k) : NO_NUMBERS;
                rowsOfB = panels.inPlaceB ? NO_NUMBERS : Scratch.floats(Math.max(CHUNK, panels.columns));
            }

            @Override
            public void close() {
                panel.close();
                if (rowsOfA != NO_NUMBERS) {
                    Scratch.release(rowsOfA);
                }
                if (rowsOfB != NO_NUMBERS) {
                    Scratch.release(rowsOfB);
                }
            }

            @Override
            void compute(int batch, int row, int rows, int column, int columns) {
                long start = System.nanoTime();
                for (int i = 0; i < rows; i += group) {
                    group(batch, row + i, Math.min(group, rows - i), column, columns);
                }
                panels.worked(System.nanoTime() - start);
            }

            private void group(int batch, int row, int rows, int column, int columns) {
                if (d.isRowsOfCodes() && d.array() instanceof float[] x) {
                    panel.into(x, d.position(batch, row, column), d.rowStride());
                }
                for (int i = 0; i < rows; i++) {
                    start(batch, row + i, i, column, columns);
                }
                for (int p = 0; p < k; p += depth) {
                    int steps = Math.min(depth, k - p);
                    load(batch, column, columns, p, steps);
                    if (scaleA != null) {
                        int first = p / blockLength();
                        int count = blocksUpTo(p + steps) - first;
                        long[] scales = new long[rows * count];
                        for (int i = 0; i < rows; i++) {
                            for (int q = 0; q < count; q++) {
                                scales[i * count + q] = scaleA.get(batch, row + i, first + q);
                            }
                        }
                        panel.scaleRows(scales, count);
                    }
                    if (panels.inPlace) {
                        panel.accumulate(a.floats(), a.position(batch, row, p), a.rowStride(), rows, p, steps);
                    } else if (panels.groupwise) {
                        panels.read(batch, row, rows, rowsOfA, 0);
                        panel.accumulate(rowsOfA, 0, k, rows, p, steps);
                    } else {
                        Band last = band(batch, row);
                        panel.accumulate(last.values, (row - last.first) * k + p, k, rows, p, steps);
                    }
                }
                for (int i = 0; i < rows; i++) {
                    finish(batch, row + i, i, column, columns);
                }
            }

            private void start(int batch, int row, int i, int column, int columns) {
                if (c == null) {
                    panel.start(i, null, 0, columns);
                } else if (c.isRowsOfCodes()) {
                    panel.start(i, c.array(), c.position(batch, row, column), columns);
                } else {
                    for (int j = 0; j < columns; j++) {
                        codes[j] = c.get(batch, row, column + j);
                    }
                    panel.start(i, codes, 0, columns);
                }
            }

            private void finish(int batch, int row, int i, int column, int columns) {
                boolean[] doubtful = panel.doubtful(i);
                long[] exact = doubtful == null ? NO_CODES : exact(doubtful, batch, row, column, columns);
                long element = element(batch, row, column);
                if (d.isRowsOfCodes()) {
                    panel.finish(i, d.array(), d.position(batch, row, column), columns, element);
                } else {
                    panel.finish(i, codes, 0, columns, element);
                    for (int j = 0; j < columns; j++) {
                        d.set(batch, row, column + j, codes[j]);
                    }
                }
                for (int j = 0, next = 0; next < exact.length; j++) {
                    if (doubtful != null && doubtful[j]) {
                        d.set(batch, row, column + j, exact[next++]);
                    }
                }
            }

            /** The doubtful elements of a row, one by one: before any of them is written, since D may be C. */
            private long[] exact(boolean[] doubtful, int batch, int row, int column, int columns) {
                int count = 0;
                for (int j = 0; j < columns; j++) {
                    count += doubtful[j] ? 1 : 0;
                }
                if (count == 0) {
                    return NO_CODES;
                }
                long[] results = new long[count];
                long[] x = new long[k];
                long[] y = new long[k];
                long[] scalesOfX = new long[blocks];
                long[] scalesOfY = new long[blocks];
                for (int p = 0; p < k; p++) {
                    x[p] = a.get(batch, row, p);
                }
                for (int q = 0; scaleA != null && q < blocks; q++) {
                    scalesOfX[q] = scaleA.get(batch, row, q);
                }
                int next = 0;
                for (int j = 0; j < columns; j++) {
                    if (doubtful[j]) {
                        for (int p = 0; p < k; p++) {
                            y[p] = b.get(batch, p, column + j);
                        }
                        for (int q = 0; scaleB != null && q < blocks; q++) {
                            scalesOfY[q] = scaleB.get(batch, q, column + j);
                        }
                        long addend = addend(batch, row, column + j);
                        long element = element(batch, row, column + j);
                        results[next++] = rule instanceof ScaledDotProduct scaled
                                ? scaled.dot(x, 0, scalesOfX, 0, y, 0, scalesOfY, 0, k, addend, element)
                                : rule.dot(x, 0, y, 0, k, addend, element);
                    }
                }
                return results;
            }

            private int blockLength() {
                return ((ScaledDotProduct) Gemm.this.rule).blockLength();
            }

            /** The blocks of the first elements of a vector, the last perhaps not as long as others. */
            private int blocksUpTo(int p) {
                return (p + blockLength() - 1) / blockLength();
            }

            private Band band(int batch, int row) {
                Band last = band;
                if (last == null
                        || last.batch != (a.isRepeated() ? 0 : batch)
                        || row < last.first
                        || row - last.first >= bandRows) {
                    last = panels.band(batch, row);
                    band = last;
                }
                return last;
            }

            private void load(int batch, int column, int columns, int p, int steps) {
                int batchToLoad = b.isRepeated() && (scaleB == null || scaleB.isRepeated()) ? 0 : batch;
                if (batchToLoad != batchOfB || column != columnOfB || p != stepOfB) {
                    if (panels.inPlaceB) {
                        put(b.floats(), b.position(batch, p, column), b.rowStride(), p, p, steps, columns);
                    } else {
                        int most = Math.max(1, CHUNK / Math.max(columns, 1));
                        for (int q = p; q < p + steps; q += most) {
                            int rows = Math.min(most, p + steps - q);
                            panels.readerB.read(batch, q, column, rows, columns, rowsOfB, 0);
                            if (panels.rule.conditionsColumns()) {
                                panels.rule.conditionColumns(rowsOfB, 0, rows * columns);
                            }
                            put(rowsOfB, 0, columns, p, q, rows, columns);
                        }
                    }
                    if (scaleB != null) {
                        int first = p / blockLength();
                        int count = blocksUpTo(p + steps) - first;
                        long[] scales = new long[count * columns];
                        for (int i = 0; i < count; i++) {
                            for (int j = 0; j < columns; j++) {
                                scales[i * columns + j] = scaleB.get(batch, first + i, column + j);
                            }
                        }
                        panel.scaleColumns(scales, steps, columns);
                    }
                    panel.loaded(steps, columns);
                    batchOfB = batchToLoad;
                    columnOfB = column;
                    stepOfB = p;
                }
            }

            /** Puts rows of B, from row q on, into the panel that begins with row p, neighbours together. */
            private void put(float[] x, int from, int stride, int p, int q, int rows, int columns) {
                for (int i = 0, next; i < rows; i = next) {
                    int place = panels.rule.place(q + i, k);
                    next = i + 1;
                    while (next < rows && panels.rule.place(q + next, k) - place == next - i) {
                        next++;
                    }
                    panel.load(x, from + i * stride, stride, place - p, next - i, columns);
                }
            }
        }
    }
}
