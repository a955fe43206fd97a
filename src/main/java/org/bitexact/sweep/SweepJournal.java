package org.bitexact.sweep;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file in which a sweep keeps what it has done, so that it can go on after an interruption, and in which shards
 * report to each other.
 *
 * <p>Text, UTF-8, only ever appended to:
 *
 * <pre>
 * bitexact-sweep-journal 1
 * plan FINGERPRINT unit-inputs N tasks N
 * shard I/N
 * task NUMBER INPUTS NAME                          one for each task, from 0
 * miss TASK INPUT GOT EXPECTED EXPLANATION         first mismatches of the unit that follows; hexadecimal, the codes of
 *                                                  an input with commas between them
 * miss-code TASK INPUT GOT EXPECTED EXPLANATION    the same, where results have no flags
 * unit NUMBER TASK INPUTS DIGEST MISMATCHES        one for each unit that is done
 * </pre>
 *
 * <p>A line without its end, which an interruption may leave, is dropped when the file is opened again, and so are
 * {@code miss} lines without their unit. The units need not be in order.
 *
 * @since 0.1
 */
public final class SweepJournal {
    private static final String MAGIC = "bitexact-sweep-journal 1";

    private SweepJournal() {}

    /**
     * Puts the journals of shards together.
     *
     * @param files journals of the same plan; units that several have count once
     * @return what they have done together
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if a file is no journal, journals are of different plans, or the same unit has
     *     different results in two of them
     */
    public static SweepReport merge(List<Path> files) throws IOException {
        Content first = null;
        Path firstFile = null;
        for (Path file : files) {
            Content content = read(file);
            if (first == null || firstFile == null) {
                first = content;
                firstFile = file;
                continue;
            }
            if (!content.sameParameters(first)) {
                throw new IllegalArgumentException(
                        "journals " + firstFile + " and " + file + " are of sweeps with different parameters");
            }
            for (Map.Entry<Long, UnitResult> entry : content.units.entrySet()) {
                UnitResult known = first.units.putIfAbsent(entry.getKey(), entry.getValue());
                if (known != null && !known.equals(entry.getValue())) {
                    throw new IllegalArgumentException("unit " + entry.getKey() + " has one result in " + file
                            + " and another in a journal before it");
                }
            }
        }
        if (first == null) {
            throw new IllegalArgumentException("at least one journal is needed");
        }
        return first.report();
    }

    /** What is known of a unit. */
    record UnitResult(long number, int task, int inputs, long digest, long mismatches, List<Mismatch> examples) {
        String lines() {
            StringBuilder text = new StringBuilder();
            for (Mismatch m : examples) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s %d %s %x %x %s\n",
                        m.hasFlags() ? "miss" : "miss-code",
                        task,
                        m.operands().stream().map(Long::toHexString).collect(Collectors.joining(",")),
                        m.got(),
                        m.expected(),
                        m.explanation()));
            }
            return text.append(String.format(
                            Locale.ROOT,
                            "unit %d %d %d %s %d\n",
                            number,
                            task,
                            inputs,
                            Digest.toString(digest),
                            mismatches))
                    .toString();
        }

        /** The examples may differ between runs that keep more or fewer of them. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof UnitResult u
                    && number == u.number
                    && task == u.task
                    && inputs == u.inputs
                    && digest == u.digest
                    && mismatches == u.mismatches;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    /** A journal that has been read. */
    static final class Content {
        String plan = "";
        String shard = "";
        final List<String> names = new ArrayList<>();
        final List<Long> sizes = new ArrayList<>();
        final Map<Long, UnitResult> units = new TreeMap<>();
        long length; // bytes up to the end of the last whole line

        boolean sameParameters(Content other) {
            return plan.equals(other.plan) && names.equals(other.names) && sizes.equals(other.sizes);
        }

        SweepReport report() {
            Map<Integer, Sum> sums = new HashMap<>();
            for (UnitResult unit : units.values()) {
                sums.computeIfAbsent(unit.task, t -> new Sum()).add(unit, Integer.MAX_VALUE);
            }
            List<SweepReport.TaskReport> tasks = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                tasks.add(sums.getOrDefault(i, new Sum()).report(names.get(i), sizes.get(i)));
            }
            return new SweepReport(plan.split(" ")[1], tasks);
        }
    }

    /** Adds up the units of a task. */
    static final class Sum {
        private long checked;
        private long mismatches;
        private long digest;
        private final TreeMap<Long, List<Mismatch>> examples = new TreeMap<>(); // by unit

        void add(UnitResult unit, int limit) {
            checked += unit.inputs;
            mismatches += unit.mismatches;
            digest += unit.digest;
            if (!unit.examples.isEmpty()) {
                examples.put(unit.number, unit.examples);
                // units before the last one hold the limit already
                while (examples.size() > 1
                        && examples.headMap(examples.lastKey()).values().stream()
                                        .mapToLong(List::size)
                                        .sum()
                                >= limit) {
                    examples.pollLastEntry();
                }
            }
        }

        SweepReport.TaskReport report(String name, long inputs) {
            List<Mismatch> all = new ArrayList<>();
            examples.values().forEach(all::addAll);
            return new SweepReport.TaskReport(name, inputs, checked, mismatches, digest, all);
        }
    }

    // ------------------------------------------------------------------ reading

    static Content read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n') + 1;
        String whole = text.substring(0, end);
        Content content = new Content();
        content.length = whole.getBytes(StandardCharsets.UTF_8).length;
        String[] lines =
                whole.isEmpty() ? new String[0] : whole.substring(0, end - 1).split("\n", -1);
        if (lines.length < 3 || !lines[0].equals(MAGIC)) {
            throw new IllegalArgumentException(file + " is not a sweep journal");
        }
        List<Mismatch> misses = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            try {
                parse(content, misses, lines[i]);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(file + ", line " + (i + 1) + ": not a line of a sweep journal", e);
            }
        }
        return content;
    }

    private static void parse(Content content, List<Mismatch> misses, String line) {
        String kind = line.substring(0, Math.max(0, line.indexOf(' ')));
        switch (kind) {
            case "plan" -> content.plan = line;
            case "shard" -> content.shard = line;
            case "task" -> {
                String[] f = line.split(" ", 4);
                if (Integer.parseInt(f[1]) != content.names.size()) {
                    throw new IllegalArgumentException("task out of order");
                }
                content.sizes.add(Long.parseLong(f[2]));
                content.names.add(f[3]);
            }
            case "miss", "miss-code" -> {
                String[] f = line.split(" ", 6);
                misses.add(new Mismatch(
                        Arrays.stream(f[2].split(","))
                                .map(code -> Long.parseUnsignedLong(code, 16))
                                .toList(),
                        Long.parseUnsignedLong(f[3], 16),
                        Long.parseUnsignedLong(f[4], 16),
                        kind.equals("miss"),
                        f[5]));
            }
            case "unit" -> {
                String[] f = line.split(" ");
                UnitResult unit = new UnitResult(
                        Long.parseLong(f[1]),
                        Integer.parseInt(f[2]),
                        Integer.parseInt(f[3]),
                        Long.parseUnsignedLong(f[4], 16),
                        Long.parseLong(f[5]),
                        List.copyOf(misses));
                if (f.length != 6 || unit.task >= content.names.size()) {
                    throw new IllegalArgumentException("unit of no task");
                }
                misses.clear();
                content.units.put(unit.number, unit);
            }
            default -> throw new IllegalArgumentException("unknown kind of line");
        }
    }

    // ------------------------------------------------------------------ writing

    static String header(SweepPlan plan, Shard shard) {
        StringBuilder text = new StringBuilder(MAGIC + "\n");
        text.append("plan " + plan.fingerprint() + " unit-inputs " + plan.unitInputs() + " tasks "
                + plan.tasks().size() + "\nshard " + shard + "\n");
        for (int i = 0; i < plan.tasks().size(); i++) {
            SweepTask task = plan.tasks().get(i);
            text.append("task " + i + " " + task.space().size() + " " + task.name() + "\n");
        }
        return text.toString();
    }

    /** A journal open for appending, locked against other processes. */
    static final class Writer implements AutoCloseable {
        private final FileChannel channel;
        private final FileLock lock;

        private Writer(FileChannel channel, FileLock lock) {
            this.channel = channel;
            this.lock = lock;
        }

        void append(UnitResult unit) throws IOException {
            write(unit.lines());
        }

        /** One call to the system for all lines of a unit. */
        private void write(String text) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void close() throws IOException {
            lock.release();
            channel.close();
        }
    }

    /**
     * Opens a journal, new or to be continued.
     *
     * @param known receives the units it has
     */
    static Writer open(Path file, SweepPlan plan, Shard shard, Map<Long, UnitResult> known) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            FileLock lock = lock(channel, file);
            Writer writer = new Writer(channel, lock);
            String header = header(plan, shard);
            byte[] expected = header.getBytes(StandardCharsets.UTF_8);
            if (channel.size() < expected.length && isPrefix(Files.readAllBytes(file), expected)) {
                // new, or interrupted before the header was written
                channel.truncate(0);
                channel.position(0);
                writer.write(header);
            } else {
                Content content = read(file);
                Content ours = new Content();
                for (String line : header.split("\n")) {
                    if (!line.equals(MAGIC)) {
                        parse(ours, new ArrayList<>(), line);
                    }
                }
                if (!content.sameParameters(ours)) {
                    throw new IllegalArgumentException("journal " + file
                            + " is of a sweep with other parameters; give another file, or the same options again");
                }
                if (!content.shard.equals(ours.shard)) {
                    throw new IllegalArgumentException(
                            "journal " + file + " is of " + content.shard + ", not of " + ours.shard);
                }
                known.putAll(content.units);
                channel.truncate(content.length);
                channel.position(content.length);
            }
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private static FileLock lock(FileChannel channel, Path file) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException("journal " + file + " is in use by another sweep");
        }
        return lock;
    }

    private static boolean isPrefix(byte[] text, byte[] of) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] != of[i]) {
                return false;
            }
        }
        return true;
    }
}
