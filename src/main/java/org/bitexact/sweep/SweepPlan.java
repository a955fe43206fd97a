package org.bitexact.sweep;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What a sweep does: tasks in order, each cut into units of consecutive inputs. The units of all tasks are numbered
 * through; they are what is journalled, skipped on resumption, and dealt to shards.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class SweepPlan {
    /** Inputs a unit, unless told otherwise: 2^24. */
    public static final int DEFAULT_UNIT_INPUTS = 1 << 24;

    private final List<SweepTask> tasks;
    private final int unitInputs;
    private final long[] firstUnit;
    private final String fingerprint;

    private SweepPlan(List<SweepTask> tasks, int unitInputs) {
        this.tasks = List.copyOf(tasks);
        this.unitInputs = unitInputs;
        firstUnit = new long[tasks.size() + 1];
        StringBuilder identity = new StringBuilder("unit-inputs " + unitInputs + "\n");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tasks.size(); i++) {
            SweepTask task = tasks.get(i);
            if (!names.add(task.name())) {
                throw new IllegalArgumentException("two tasks have the name '" + task.name() + "'");
            }
            long size = task.space().size();
            firstUnit[i + 1] = firstUnit[i] + size / unitInputs + (size % unitInputs == 0 ? 0 : 1);
            identity.append(task.identity()).append('\n');
        }
        if (units() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a plan must have less than 2^31 units: " + units());
        }
        fingerprint = sha256(identity.toString()).substring(0, 32);
    }

    /**
     * {@return the plan of some tasks}
     *
     * @param tasks the tasks, at least one
     * @throws IllegalArgumentException if there is none, or two have the same name
     */
    public static SweepPlan of(List<SweepTask> tasks) {
        return of(tasks, DEFAULT_UNIT_INPUTS);
    }

    /**
     * {@return the plan of some tasks}
     *
     * @param tasks the tasks, at least one
     * @param unitInputs inputs a unit, at least 1
     * @throws IllegalArgumentException if there is no task, or two have the same name
     */
    public static SweepPlan of(List<SweepTask> tasks, int unitInputs) {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("a plan must have at least one task");
        }
        if (unitInputs < 1) {
            throw new IllegalArgumentException("unitInputs must be at least 1: " + unitInputs);
        }
        return new SweepPlan(tasks, unitInputs);
    }

    /** {@return the tasks in order} */
    public List<SweepTask> tasks() {
        return tasks;
    }

    /** {@return inputs a unit; the last unit of a task may have fewer} */
    public int unitInputs() {
        return unitInputs;
    }

    /** {@return the number of units of all tasks} */
    public long units() {
        return firstUnit[tasks.size()];
    }

    /** {@return the number of inputs of all tasks} */
    public long inputs() {
        long sum = 0;
        for (SweepTask task : tasks) {
            sum += task.space().size();
        }
        return sum;
    }

    /** {@return 32 hexadecimal digits that differ for plans that differ in anything that determines the outcome} */
    public String fingerprint() {
        return fingerprint;
    }

    /** A run of inputs of one task. */
    record Unit(int task, long number, long firstInput, int inputs) {}

    /** The units of a shard that are not done. */
    List<Unit> units(Shard shard, Set<Long> done) {
        List<Unit> units = new ArrayList<>();
        long end = shard.end(units());
        int task = 0;
        for (long number = shard.first(units()); number < end; number++) {
            while (number >= firstUnit[task + 1]) {
                task++;
            }
            if (!done.contains(number)) {
                units.add(unit(task, number));
            }
        }
        return units;
    }

    private Unit unit(int task, long number) {
        long firstInput = (number - firstUnit[task]) * unitInputs;
        long rest = tasks.get(task).space().size() - firstInput;
        return new Unit(task, number, firstInput, (int) Math.min(rest, unitInputs));
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
