package org.bitexact.sweep;

import java.util.List;

/**
 * What came out of a sweep, or of the part of it that has been done.
 *
 * @param fingerprint the {@link SweepPlan#fingerprint()}
 * @param tasks one entry a task, in the order of the plan
 * @since 0.1
 */
public record SweepReport(String fingerprint, List<TaskReport> tasks) {
    /** Copies the list. */
    public SweepReport {
        tasks = List.copyOf(tasks);
    }

    /**
     * The part of one task that has been done.
     *
     * @param name name of the task
     * @param inputs inputs of the task
     * @param checked inputs done
     * @param mismatches inputs for which subject and reference differ
     * @param digest sum of the {@link Digest} of the subject over the inputs done
     * @param examples the first mismatches, ascending in the number of the input, as many as were asked for
     * @since 0.1
     */
    public record TaskReport(
            String name, long inputs, long checked, long mismatches, long digest, List<Mismatch> examples) {
        /** Copies the list. */
        public TaskReport {
            examples = List.copyOf(examples);
        }

        /** {@return whether all inputs have been done} */
        public boolean isComplete() {
            return checked == inputs;
        }
    }

    /** {@return whether all inputs of all tasks have been done} */
    public boolean isComplete() {
        return tasks.stream().allMatch(TaskReport::isComplete);
    }

    /** {@return inputs of all tasks} */
    public long inputs() {
        return tasks.stream().mapToLong(TaskReport::inputs).sum();
    }

    /** {@return inputs done} */
    public long checked() {
        return tasks.stream().mapToLong(TaskReport::checked).sum();
    }

    /** {@return inputs for which subject and reference differ} */
    public long mismatches() {
        return tasks.stream().mapToLong(TaskReport::mismatches).sum();
    }

    /**
     * {@return the digest of the whole: the finaliser of SplitMix64, chained over the digests of the tasks in order}
     *
     * <p>It is comparable between sweeps of the same tasks that are complete, whatever subjects they had.
     */
    public long digest() {
        long chain = 0;
        for (TaskReport task : tasks) {
            chain = Digest.mix(chain ^ task.digest());
        }
        return chain;
    }
}
