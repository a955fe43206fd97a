package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Formats;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.Tininess;
import org.bitexact.sweep.ConversionSweep;
import org.bitexact.sweep.Digest;
import org.bitexact.sweep.FloatSpace;
import org.bitexact.sweep.InputSpace;
import org.bitexact.sweep.Mismatch;
import org.bitexact.sweep.SampledSpace;
import org.bitexact.sweep.Shard;
import org.bitexact.sweep.Sweep;
import org.bitexact.sweep.SweepJournal;
import org.bitexact.sweep.SweepListener;
import org.bitexact.sweep.SweepPlan;
import org.bitexact.sweep.SweepReport;
import org.bitexact.sweep.SweepTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sweep}: compares two implementations of a conversion on every float, or on a sample. */
@picocli.CommandLine.Command(
        name = "sweep",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = {
            "sweep --to F[,F...] [OPTIONS]",
            "       bitexact sweep --preset foundation [OPTIONS]",
            "       bitexact sweep merge [--json] JOURNAL..."
        },
        sortOptions = false,
        description = {
            "%nConverts binary32 inputs, all 2^32 unless told otherwise, by two implementations and compares codes and"
                    + " flags. Prints a line for each format, rounding and overflow: inputs, mismatches and the digest of"
                    + " the results; then the first mismatches, explained.%n",
            "With --journal, what is done is kept, and the same command goes on after an interruption. With --shard, each"
                    + " machine does a part; 'sweep merge' puts the journals together and tells whether all is covered.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact sweep --to e4m3,f16 --rounding rne,rz --overflow ieee",
            "  bitexact sweep --preset foundation --journal foundation.journal",
            "  bitexact sweep --preset foundation --shard 2/8 --journal part2.journal%n",
            "Exit codes: 0 all equal (merge: and covered), 1 mismatches (merge: or not covered), 2 bad arguments, 3 input or"
                    + " output failed."
        })
final class SweepCommand extends Command {
    private static final String FOUNDATION = "foundation";
    /** What an input costs on one thread of a machine of 2023, table look-up and digest included. */
    private static final double NANOS_AN_INPUT = 5;

    @Parameters(
            arity = "0..*",
            paramLabel = "merge JOURNAL...",
            hidden = true,
            description = "Put the journals of shards together.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = "--to",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "F",
            description = "Formats converted to.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--rounding",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "R",
            description = "Rounding modes: rne, rna, rnz, rhu, rz, raz, ru, rd, ro (default: all nine, or that of"
                    + " --profile).")
    private List<Rounding> roundings = new ArrayList<>();

    @Option(
            names = "--overflow",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "P",
            description =
                    "Overflow policies: ieee, inf, nan, sat-finite, sat, p3109, wrap, indefinite (default: ieee and sat, or that of"
                            + " --profile).")
    private List<String> overflows = new ArrayList<>();

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Take the other policies from a real implementation; 'bitexact convert --help' lists them.")
    private @Nullable Profile profile;

    @Option(
            names = "--tininess",
            paramLabel = "WHEN",
            description = "Judge tininess, for the underflow flag, before or after (default) rounding.")
    private @Nullable Tininess tininess;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "foundation: the 16 main formats in all nine modes, ieee over all floats, sat from half the largest"
                            + " finite number on. --to, --rounding and --overflow restrict it.")
    private @Nullable String preset;

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            description =
                    "What is tested: codec (default), generic (the path without short cuts), oracle, oracle-each.")
    private String subject = "codec";

    @Option(
            names = "--against",
            paramLabel = "NAME",
            description = "What it is compared with: oracle (default; intervals, formats up to 20 bits), oracle-each (a"
                    + " microsecond an input), generic, codec, or none to compute the digest alone.")
    private String against = "oracle";

    @Option(
            names = "--from-bits",
            paramLabel = "HEX",
            description = "First binary32 pattern, as unsigned hexadecimal number (default 0).")
    private @Nullable String fromBits;

    @Option(names = "--to-bits", paramLabel = "HEX", description = "Last binary32 pattern (default ffffffff).")
    private @Nullable String toBits;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Take N inputs only, one from each of N strata of equal size.")
    private @Nullable Long sample;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the sample (default 0).")
    private long seed;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description =
                    "Keep what is done in this file, and skip what it has. It is appended to; one of other parameters is"
                            + " refused.")
    private @Nullable String journal;

    @Option(names = "--shard", paramLabel = "I/N", description = "Do part I of N.")
    private String shard = "1/1";

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: one a processor).")
    private @Nullable Integer threads;

    @Option(names = "--unit-inputs", paramLabel = "N", description = "Inputs a unit of the journal (default 16777216).")
    private int unitInputs = SweepPlan.DEFAULT_UNIT_INPUTS;

    @Option(
            names = "--max-mismatches",
            paramLabel = "N",
            description = "Mismatches shown for each line (default 10); all are counted.")
    private int maxMismatches = 10;

    @Option(names = "--list", description = "Print what would be done, and how long it may take, without doing it.")
    private boolean list;

    @Option(
            names = "--progress",
            description = "Tell the progress on standard error every minute where it is no terminal.")
    private boolean progress;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    void configure(CommandLine line) {
        line.setUnmatchedOptionsArePositionalParams(false);
    }

    @Override
    int run(Io io) throws IOException {
        if (!arguments.isEmpty()) {
            return merge(io);
        }
        SweepPlan plan = SweepPlan.of(tasks(io), unitInputs);
        Shard part = Shard.parse(shard);
        int threadCount = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (list) {
            list(io, plan, part, threadCount);
            return ExitCode.SUCCESS;
        }
        return sweep(io, plan, part, threadCount);
    }

    // ------------------------------------------------------------------ the plan

    private List<SweepTask> tasks(Io io) throws IOException {
        boolean foundation = preset != null;
        if (preset != null && !preset.equals(FOUNDATION)) {
            throw new UsageException("--preset must be " + FOUNDATION + ": " + Io.quoted(preset)
                    + Suggestions.of(preset, List.of(FOUNDATION)));
        }
        if (foundation && (profile != null || fromBits != null || toBits != null)) {
            throw new UsageException("--preset does not go with --profile, --from-bits or --to-bits");
        }
        if (!foundation && to.isEmpty()) {
            throw new UsageException("--to or --preset is needed; see --help");
        }
        Set<SweepTaskKey> keys = new LinkedHashSet<>();
        if (to.isEmpty()) {
            ConversionSweep.foundationFormats().forEach(f -> addAll(keys, f, Policies.IEEE));
        }
        for (String name : to) {
            Resolved target = FormatArgument.scalar(name, io);
            Policies base = profile != null
                    ? profile.policies(Formats.BINARY32, target.format())
                    : target.policies().orElse(Policies.IEEE);
            addAll(keys, target.format(), foundation ? Policies.IEEE : base);
        }
        List<SweepTask> tasks = new ArrayList<>();
        for (SweepTaskKey key : keys) {
            boolean saturating = key.policies.overflow() == Overflow.SATURATE;
            InputSpace space = foundation && saturating
                    ? ConversionSweep.nearOverflow(key.target)
                    : FloatSpace.range(from(), last());
            if (sample != null) {
                space = SampledSpace.of(space, sample, seed);
            }
            tasks.add(ConversionSweep.task(key.target, key.policies, space, subject, against));
        }
        return tasks;
    }

    private record SweepTaskKey(ScalarFormat target, Policies policies) {}

    private void addAll(Set<SweepTaskKey> keys, ScalarFormat target, Policies base) {
        List<Rounding> modes = !roundings.isEmpty()
                ? roundings
                : profile != null ? List.of(base.rounding()) : ConversionSweep.roundings();
        Policies start = tininess == null ? base : base.withTininess(tininess);
        for (Rounding mode : modes) {
            if (mode.isStochastic()) {
                throw new UsageException("--rounding of a sweep must be deterministic: " + mode.id());
            }
            Policies p = start.withRounding(mode);
            if (overflows.isEmpty() && profile != null) {
                keys.add(new SweepTaskKey(target, p));
            }
            List<String> policies = !overflows.isEmpty() || profile != null ? overflows : List.of("ieee", "sat");
            for (String policy : policies) {
                keys.add(new SweepTaskKey(target, PolicyOptions.withOverflow(p, policy)));
            }
        }
    }

    private int from() {
        return fromBits == null ? 0 : bits("--from-bits", fromBits);
    }

    private int last() {
        return toBits == null ? -1 : bits("--to-bits", toBits);
    }

    private static int bits(String option, String text) {
        try {
            return Integer.parseUnsignedInt(
                    text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text, 16);
        } catch (NumberFormatException e) {
            throw new UsageException(option + " must be a 32-bit hexadecimal number: " + Io.quoted(text));
        }
    }

    private void list(Io io, SweepPlan plan, Shard part, int threadCount) throws IOException {
        if (json) {
            json(io, generator -> {
                generator.writeStringField("fingerprint", plan.fingerprint());
                generator.writeNumberField("unit_inputs", plan.unitInputs());
                generator.writeNumberField("units", plan.units());
                generator.writeArrayFieldStart("tasks");
                for (SweepTask task : plan.tasks()) {
                    generator.writeStartObject();
                    generator.writeStringField("name", task.name());
                    generator.writeStringField("inputs_from", task.space().id());
                    generator.writeNumberField("inputs", task.space().size());
                    generator.writeEndObject();
                }
                generator.writeEndArray();
            });
            return;
        }
        Writer out = io.text();
        for (SweepTask task : plan.tasks()) {
            out.write(String.format(
                    Locale.ROOT,
                    "%-34s %10d inputs  %s\n",
                    task.name(),
                    task.space().size(),
                    task.space().id()));
        }
        double seconds = plan.inputs() * NANOS_AN_INPUT * 1e-9 / part.count() / threadCount;
        out.write(String.format(
                Locale.ROOT,
                "%d runs of %s against %s, %d inputs in %d units; shard %s on %d threads: about %s at %.0f ns an input\n",
                plan.tasks().size(),
                subject,
                against,
                plan.inputs(),
                plan.units(),
                part,
                threadCount,
                SweepProgress.duration(seconds),
                NANOS_AN_INPUT));
    }

    // ------------------------------------------------------------------ the run

    private int sweep(Io io, SweepPlan plan, Shard part, int threadCount) throws IOException {
        Path file = journal == null ? null : Io.path(journal);
        Set<String> printed = new HashSet<>(); // guarded by the sweep, which calls one at a time
        SweepProgress teller = new SweepProgress(io, progress, plan.inputs() / part.count());
        Sweep sweep = Sweep.of(plan)
                .shard(part)
                .threads(threadCount)
                .maxExamples(maxMismatches)
                .journal(file)
                .listener(new SweepListener() {
                    @Override
                    public void progress(long inputs) {
                        teller.add(inputs);
                    }

                    @Override
                    public void finished(SweepReport.TaskReport task) {
                        teller.clear();
                        if (!json) {
                            printed.add(task.name());
                            print(io, task);
                        }
                    }
                })
                .build();
        Interruption interruption = new Interruption(io, sweep, file != null);
        SweepReport report;
        try {
            report = sweep.run();
        } catch (IOException e) {
            throw journal == null ? e : Streams.failure("write", journal, e);
        } finally {
            teller.clear();
            interruption.end();
        }
        if (json) {
            json(io, generator -> write(generator, report));
        } else {
            // those that the journal had, or that were interrupted
            for (SweepReport.TaskReport task : report.tasks()) {
                if (task.checked() > 0 && !printed.contains(task.name())) {
                    print(io, task);
                }
            }
            printTotal(io.text(), report);
        }
        return report.mismatches() == 0 ? ExitCode.SUCCESS : ExitCode.MISMATCH;
    }

    /** Lets the sweep end, and with it the journal, before an interrupted process does. */
    private static final class Interruption {
        private final Thread hook;
        private volatile boolean ended;

        Interruption(Io io, Sweep sweep, boolean kept) {
            hook = new Thread(() -> {
                sweep.stop();
                if (!ended) {
                    io.message(kept ? "interrupted; the same command goes on from here" : "interrupted");
                }
            });
            Runtime.getRuntime().addShutdownHook(hook);
        }

        void end() {
            ended = true;
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending
            }
        }
    }

    private static void print(Io io, SweepReport.TaskReport task) {
        try {
            io.text().write(line(task));
            io.text().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(SweepReport.TaskReport task) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-34s %10d inputs %10d mismatches  digest %s%s\n",
                task.name(),
                task.checked(),
                task.mismatches(),
                Digest.toString(task.digest()),
                task.isComplete() ? "" : String.format(Locale.ROOT, "  (of %d)", task.inputs())));
        for (Mismatch m : task.examples()) {
            text.append("  ").append(m.explanation()).append('\n');
        }
        return text.toString();
    }

    private static void printTotal(Writer out, SweepReport report) throws IOException {
        long complete = report.tasks().stream()
                .filter(SweepReport.TaskReport::isComplete)
                .count();
        out.write(String.format(
                Locale.ROOT,
                "%d of %d runs complete, %d of %d inputs, %d mismatches%s\n",
                complete,
                report.tasks().size(),
                report.checked(),
                report.inputs(),
                report.mismatches(),
                report.isComplete() ? ", digest " + Digest.toString(report.digest()) : ""));
    }

    // ------------------------------------------------------------------ merging

    private int merge(Io io) throws IOException {
        if (!arguments.get(0).equals("merge")) {
            throw new UsageException("unexpected argument " + Io.quoted(arguments.get(0)) + "; see --help");
        }
        if (arguments.size() < 2) {
            throw new UsageException("sweep merge needs the journals to be merged");
        }
        List<Path> files = new ArrayList<>();
        for (String name : arguments.subList(1, arguments.size())) {
            files.add(Io.path(name));
            io.open(name).close(); // for the message about a file that cannot be read
        }
        SweepReport report = SweepJournal.merge(files);
        if (json) {
            json(io, generator -> write(generator, report));
        } else {
            for (SweepReport.TaskReport task : report.tasks()) {
                io.text().write(line(task));
            }
            printTotal(io.text(), report);
        }
        return report.isComplete() && report.mismatches() == 0 ? ExitCode.SUCCESS : ExitCode.MISMATCH;
    }

    // ------------------------------------------------------------------ JSON

    private interface Content {
        void write(JsonGenerator generator) throws IOException;
    }

    private static void json(Io io, Content content) throws IOException {
        JsonGenerator generator = FormatJson.generator(io.text());
        generator.writeStartObject();
        content.write(generator);
        generator.writeEndObject();
        generator.flush();
        io.text().write("\n");
    }

    private static void write(JsonGenerator generator, SweepReport report) throws IOException {
        generator.writeStringField("fingerprint", report.fingerprint());
        generator.writeBooleanField("complete", report.isComplete());
        generator.writeNumberField("inputs", report.inputs());
        generator.writeNumberField("checked", report.checked());
        generator.writeNumberField("mismatches", report.mismatches());
        if (report.isComplete()) {
            generator.writeStringField("digest", Digest.toString(report.digest()));
        }
        generator.writeArrayFieldStart("tasks");
        for (SweepReport.TaskReport task : report.tasks()) {
            generator.writeStartObject();
            generator.writeStringField("name", task.name());
            generator.writeBooleanField("complete", task.isComplete());
            generator.writeNumberField("inputs", task.inputs());
            generator.writeNumberField("checked", task.checked());
            generator.writeNumberField("mismatches", task.mismatches());
            generator.writeStringField("digest", Digest.toString(task.digest()));
            generator.writeArrayFieldStart("examples");
            for (Mismatch m : task.examples()) {
                generator.writeStartObject();
                generator.writeStringField("input", "0x" + Long.toHexString(m.input()));
                writeResult(generator, "got", m.got());
                writeResult(generator, "expected", m.expected());
                generator.writeStringField("explanation", m.explanation());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private static void writeResult(JsonGenerator generator, String name, long result) throws IOException {
        generator.writeStringField(name + "_code", "0x" + Long.toHexString(result & 0xffff_ffffL));
        generator.writeStringField(name + "_flags", String.format(Locale.ROOT, "%02x", result >>> 32));
    }
}
