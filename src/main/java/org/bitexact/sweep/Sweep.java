package org.bitexact.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.bitexact.format.Flags;
import org.bitexact.sweep.Implementation.Evaluation;
import org.bitexact.sweep.SweepJournal.UnitResult;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a {@link SweepPlan}: compares, digests, and keeps a journal.
 *
 * <p>The report depends on the plan alone: not on the number of threads, nor on interruptions.
 *
 * <p><b>Thread safety</b>: one run at a time; {@link #stop()} may be called from any thread.
 *
 * @since 0.1
 */
public final class Sweep {
    /** Inputs evaluated at a time; the arrays of a block stay in the first-level cache. */
    private static final int BLOCK = 1024;
    /** Inputs between two calls of the listener. */
    private static final int REPORT = 1 << 20;

    private final SweepPlan plan;
    private final Shard shard;
    private final int threads;
    private final int maxExamples;
    private final @Nullable Path journal;
    private final SweepListener listener;
    private volatile boolean stopped;

    private Sweep(Builder builder) {
        plan = builder.plan;
        shard = builder.shard;
        threads = builder.threads;
        maxExamples = builder.maxExamples;
        journal = builder.journal;
        listener = builder.listener;
    }

    /**
     * {@return the settings of a sweep, to be completed}
     *
     * @param plan what it does
     */
    public static Builder of(SweepPlan plan) {
        return new Builder(plan);
    }

    /**
     * Settings of a sweep. None changes what comes out, except that a shard does its part alone.
     *
     * @since 0.1
     */
    public static final class Builder {
        private final SweepPlan plan;
        private Shard shard = Shard.WHOLE;
        private int threads = Runtime.getRuntime().availableProcessors();
        private int maxExamples = 10;
        private @Nullable Path journal;
        private SweepListener listener = SweepListener.NONE;

        private Builder(SweepPlan plan) {
            this.plan = plan;
        }

        /**
         * {@return this, restricted to a part of the plan}
         *
         * @param value the part
         */
        public Builder shard(Shard value) {
            shard = value;
            return this;
        }

        /**
         * {@return this, with another number of threads than there are processors}
         *
         * @param value at least 1
         */
        public Builder threads(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("threads must be at least 1: " + value);
            }
            threads = value;
            return this;
        }

        /**
         * {@return this, keeping another number of mismatches a task than 10; all are counted}
         *
         * @param value at least 0
         */
        public Builder maxExamples(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("maxExamples must be at least 0: " + value);
            }
            maxExamples = value;
            return this;
        }

        /**
         * {@return this, with a journal: units that it has are not done again}
         *
         * @param file the journal; created if it is not there
         */
        public Builder journal(@Nullable Path file) {
            journal = file;
            return this;
        }

        /**
         * {@return this, telling someone how it goes on}
         *
         * @param value who is told
         */
        public Builder listener(SweepListener value) {
            listener = value;
            return this;
        }

        /** {@return the sweep} */
        public Sweep build() {
            return new Sweep(this);
        }
    }

    /** Lets a run end soon: units that have begun are dropped, those that are done stay in journal and report. */
    public void stop() {
        stopped = true;
    }

    /** {@return whether {@link #stop()} has been called} */
    public boolean isStopped() {
        return stopped;
    }

    /**
     * Does what the journal does not have yet.
     *
     * @return what has been done, by this run and, according to the journal, by those before it
     * @throws IOException if the journal cannot be read or written
     * @throws IllegalArgumentException if the journal is of another plan or shard, or no journal
     */
    public SweepReport run() throws IOException {
        if (journal == null) {
            return new Run(new TreeMap<>(), null).run();
        }
        Map<Long, UnitResult> known = new TreeMap<>();
        try (SweepJournal.Writer writer = SweepJournal.open(journal, plan, shard, known)) {
            return new Run(known, writer).run();
        }
    }

    /** Subject and reference of a task, ready to be evaluated. */
    private record Prepared(Evaluation subject, @Nullable Evaluation reference) {
        static Prepared of(SweepTask task) {
            Implementation reference = task.reference();
            return new Prepared(task.subject().prepare(), reference == null ? null : reference.prepare());
        }
    }

    private final class Run {
        private final SweepJournal.@Nullable Writer writer;
        private final List<SweepPlan.Unit> units;
        private final AtomicInteger next = new AtomicInteger();
        // guarded by this
        private final SweepJournal.Sum[] sums;
        private final int[] pending; // units of each task
        private final Map<Integer, FutureTask<Prepared>> prepared = new HashMap<>();
        private @Nullable Throwable failure;

        Run(Map<Long, UnitResult> known, SweepJournal.@Nullable Writer writer) {
            this.writer = writer;
            int tasks = plan.tasks().size();
            sums = new SweepJournal.Sum[tasks];
            Arrays.setAll(sums, i -> new SweepJournal.Sum());
            known.values().forEach(unit -> sums[unit.task()].add(unit, maxExamples));
            units = plan.units(shard, known.keySet());
            pending = new int[tasks];
            units.forEach(unit -> pending[unit.task()]++);
        }

        SweepReport run() throws IOException {
            tellFinished();
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < Math.min(threads, units.size()); i++) {
                Thread worker = new Thread(this::work, "sweep-" + (i + 1));
                worker.setDaemon(true);
                worker.start();
                workers.add(worker);
            }
            for (Thread worker : workers) {
                join(worker);
            }
            synchronized (this) {
                if (failure instanceof IOException e) {
                    throw e;
                }
                if (failure instanceof RuntimeException e) {
                    throw e;
                }
                if (failure instanceof Error e) {
                    throw e;
                }
                List<SweepReport.TaskReport> reports = new ArrayList<>();
                for (int i = 0; i < sums.length; i++) {
                    reports.add(report(i));
                }
                return new SweepReport(plan.fingerprint(), reports);
            }
        }

        private synchronized void tellFinished() {
            for (int i = 0; i < pending.length; i++) {
                if (pending[i] == 0) {
                    listener.finished(report(i));
                }
            }
        }

        /** Waits for the end of a worker; an interrupt stops the sweep. */
        private void join(Thread worker) {
            boolean interrupted = false;
            while (true) {
                try {
                    worker.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private SweepReport.TaskReport report(int task) {
            SweepTask t = plan.tasks().get(task);
            SweepReport.TaskReport all = sums[task].report(t.name(), t.space().size());
            List<Mismatch> examples = all.examples();
            return new SweepReport.TaskReport(
                    all.name(),
                    all.inputs(),
                    all.checked(),
                    all.mismatches(),
                    all.digest(),
                    examples.subList(0, Math.min(maxExamples, examples.size())));
        }

        private void work() {
            try {
                while (!stopped) {
                    int index = next.getAndIncrement();
                    if (index >= units.size()) {
                        return;
                    }
                    SweepPlan.Unit unit = units.get(index);
                    UnitResult result = check(unit, prepared(unit.task()));
                    if (result == null) {
                        return;
                    }
                    finish(result);
                }
            } catch (IOException | RuntimeException | Error e) {
                synchronized (this) {
                    if (failure == null) {
                        failure = e;
                    }
                }
                stop();
            }
        }

        /** The first to ask prepares the task, and has the next one prepared on the side; the others wait. */
        private Prepared prepared(int task) {
            Prepared result = get(future(task));
            int following = following(task);
            if (following >= 0) {
                FutureTask<Prepared> ahead;
                synchronized (this) {
                    if (prepared.containsKey(following) || pending[following] == 0) {
                        return result;
                    }
                    ahead = future(following);
                }
                Thread helper = new Thread(ahead, "sweep-ahead");
                helper.setDaemon(true);
                helper.start();
            }
            return result;
        }

        private synchronized FutureTask<Prepared> future(int task) {
            return prepared.computeIfAbsent(
                    task, t -> new FutureTask<>(() -> Prepared.of(plan.tasks().get(t))));
        }

        /** The next task with units to be done, or -1. */
        private synchronized int following(int task) {
            for (int i = task + 1; i < pending.length; i++) {
                if (pending[i] > 0) {
                    return i;
                }
            }
            return -1;
        }

        private static Prepared get(FutureTask<Prepared> future) {
            future.run(); // nothing if it runs or has run
            try {
                return future.get();
            } catch (InterruptedException e) {
                throw new CancellationException("interrupted");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
            }
        }

        private synchronized void finish(UnitResult unit) throws IOException {
            if (writer != null) {
                writer.append(unit);
            }
            sums[unit.task()].add(unit, maxExamples);
            pending[unit.task()]--;
            if (pending[unit.task()] == 0) {
                prepared.remove(unit.task());
                listener.finished(report(unit.task()));
            }
        }

        private @Nullable UnitResult check(SweepPlan.Unit unit, Prepared p) {
            SweepTask task = plan.tasks().get(unit.task());
            InputSpace space = task.space();
            Evaluation subject = p.subject();
            Evaluation reference = p.reference();
            long[][] operands = new long[space.formats().size()][BLOCK];
            long[] got = new long[BLOCK];
            long[] expected = new long[BLOCK];
            List<Mismatch> examples = new ArrayList<>();
            long mismatches = 0;
            long digest = 0;
            int told = 0;
            for (int done = 0; done < unit.inputs(); ) {
                if (stopped) {
                    return null;
                }
                int count = Math.min(BLOCK, unit.inputs() - done);
                long index = unit.firstInput() + done;
                space.fill(index, count, operands);
                subject.evaluate(index, operands, got, count);
                digest += Digest.of(operands, got, count);
                if (reference != null && !reference.agrees(index, operands, got, expected, count)) {
                    reference.evaluate(index, operands, expected, count);
                    for (int i = 0; i < count; i++) {
                        if (got[i] != expected[i]) {
                            mismatches++;
                            if (examples.size() < maxExamples) {
                                examples.add(mismatch(task, input(operands, i), got[i], expected[i]));
                            }
                        }
                    }
                }
                done += count;
                if (done - told >= REPORT) {
                    listener.progress(done - told);
                    told = done;
                }
            }
            listener.progress(unit.inputs() - told);
            return new UnitResult(unit.number(), unit.task(), unit.inputs(), digest, mismatches, examples);
        }

        private static List<Long> input(long[][] operands, int i) {
            return Arrays.stream(operands).map(codes -> codes[i]).toList();
        }

        private static Mismatch mismatch(SweepTask task, List<Long> input, long got, long expected) {
            Implementation reference = task.reference() == null ? task.subject() : task.reference();
            String text = task.space().explain(input) + ": got " + explain(task.subject(), got) + ", expected "
                    + explain(reference, expected);
            return new Mismatch(input, got, expected, reference.hasFlags(), text.replace('\n', ' '));
        }

        private static String explain(Implementation implementation, long result) {
            return implementation.hasFlags()
                    ? implementation.explain(result & 0xffff_ffffL) + " [" + Flags.toString((int) (result >>> 32)) + "]"
                    : implementation.explain(result);
        }
    }
}
