package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.Tininess;
import org.bitexact.sweep.CodeSpace;
import org.bitexact.sweep.CodeTuples;
import org.bitexact.sweep.Computation;
import org.bitexact.sweep.Digest;
import org.bitexact.sweep.HardSpace;
import org.bitexact.sweep.Implementations;
import org.bitexact.sweep.InputSpace;
import org.bitexact.sweep.Mismatch;
import org.bitexact.sweep.Presets;
import org.bitexact.sweep.RandomSpace;
import org.bitexact.sweep.SampledSpace;
import org.bitexact.sweep.Shard;
import org.bitexact.sweep.Sweep;
import org.bitexact.sweep.SweepJournal;
import org.bitexact.sweep.SweepListener;
import org.bitexact.sweep.SweepPlan;
import org.bitexact.sweep.SweepReport;
import org.bitexact.sweep.SweepTask;
import org.bitexact.vectors.TestFloatOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sweep}: compares two implementations of a conversion or an operation on every input, or on a sample. */
@picocli.CommandLine.Command(
        name = "sweep",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = {
            "sweep --to F[,F...] [OPTIONS]",
            "       bitexact sweep --preset NAME [OPTIONS]",
            "       bitexact sweep merge [--json] JOURNAL..."
        },
        sortOptions = false,
        description = {
            "%nComputes a conversion or another operation by two implementations, for all inputs unless told otherwise, and"
                    + " compares codes and flags. Prints a line for each operation, format, rounding and overflow: inputs,"
                    + " mismatches and the digest of the results; then the first mismatches, explained.%n",
            "With --journal, what is done is kept, and the same command goes on after an interruption. With --shard, each"
                    + " machine does a part; 'sweep merge' puts the journals together and tells whether all is covered.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact sweep --to e4m3,f16 --rounding rne,rz --overflow ieee",
            "  bitexact sweep --from f64 --to e4m3 --space boundaries",
            "  bitexact sweep --op add,mul --to e4m3 --rounding rne",
            "  bitexact sweep --op mulAdd --from e4m3,e5m2,f32 --to f32 --space hard --sample 1000000",
            "  bitexact sweep --preset foundation --journal foundation.journal",
            "  bitexact sweep --preset foundation --shard 2/8 --journal part2.journal%n",
            "Exit codes: 0 all equal (merge: and covered), 1 mismatches (merge: or not covered), 2 bad arguments, 3 input or"
                    + " output failed."
        })
final class SweepCommand extends Command {
    /** More inputs must be asked for by a sample, or by a range. */
    private static final long MOST_INPUTS = 1L << 32;

    private static final List<String> SPACES = List.of("all", "boundaries", "hard");

    @Parameters(
            arity = "0..*",
            paramLabel = "merge JOURNAL...",
            hidden = true,
            description = "Put the journals of shards together.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = "--op",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "OP",
            description =
                    "Operations: convert (default), add, sub, mul, div, rem, sqrt, mulAdd (a * b + c), roundToInt (in the"
                            + " mode of --rounding).")
    private List<String> operations = new ArrayList<>();

    @Option(
            names = "--from",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "F",
            description =
                    "Formats converted from, each in turn (default f32). Of another operation, the formats of its operands"
                            + " in order (default: that of the result).")
    private List<String> from = new ArrayList<>();

    @Option(
            names = "--to",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "F",
            description = "Formats converted to, or of results, each in turn.")
    private List<String> to = new ArrayList<>();

    @Option(
            names = "--rounding",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "R",
            description = "Rounding modes: rne, rna, rnz, rhu, rz, raz, ru, rd, ro (default: all nine, or that of"
                    + " --profile); stochastic: sra, srb, src, srt.")
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
            names = "--random-bits",
            paramLabel = "N",
            description = "Random bits an input, 1 to 63, for the stochastic modes (default "
                    + PolicyOptions.DEFAULT_RANDOM_BITS
                    + "); which ones, follows from --seed and the number of the input.")
    private int randomBits = PolicyOptions.DEFAULT_RANDOM_BITS;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = {
                "foundation: f32 to the 16 main formats in all nine modes, codec against oracle; ieee over all floats, sat"
                        + " from half the largest finite number on.",
                "kernels: the kernels of the array layer against the codec, f32 to the main formats and integers in every"
                        + " mode, and all codes to f32 against generic; codes only. --subject kernel-vector and the like"
                        + " take one family.",
                "floats: the kernels against generic over all floats: f32 to ten formats to nearest even, and to e4m3 in"
                        + " five other modes; codes only.",
                "arithmetic: every operation in the main formats, f32 and f64, in all nine modes, against the oracle: all"
                        + " inputs of up to 18 bits, hard cases of wider ones.",
                "--op, --to, --rounding and --overflow choose from a preset."
            })
    private @Nullable String preset;

    @Option(
            names = "--subject",
            paramLabel = "NAME",
            description = {
                "What is tested. Conversions: codec (default; from f32 and f64), generic (the path without short cuts;"
                        + " default from other formats), oracle, oracle-each; array (the array layer) and kernel (what it"
                        + " takes at present), kernel-vector, kernel-jdk, kernel-table, kernel-scalar: codes only.",
                "Other operations: arith (default; tables and short cuts), arith-long (the methods for codes of any width;"
                        + " default for f64), exact (without short cuts), array (whole arrays; codes only), oracle."
            })
    private @Nullable String subject;

    @Option(
            names = "--against",
            paramLabel = "NAME",
            description =
                    "What it is compared with: oracle (default; for floats to formats up to 20 bits by intervals,"
                            + " otherwise a microsecond or more an input), one of the others, or none to compute the digest alone.")
    private @Nullable String against;

    @Option(names = "--codes-only", description = "Leave flags out of comparison and digest.")
    private boolean codesOnly;

    @Option(
            names = "--space",
            paramLabel = "NAME",
            description = {
                "all (default): every code, pair or triple, up to 2^32 of them.",
                "boundaries: where a conversion to a format of at most 20 bits changes, in codes of the source: numbers,"
                        + " midpoints, limits, and their neighbours.",
                "hard: operands whose result is hard to round, as many as --sample says."
            })
    private String space = "all";

    @Option(names = "--radius", paramLabel = "K", description = "Neighbours of a boundary on either side (default 2).")
    private int radius = 2;

    @Option(
            names = "--from-bits",
            paramLabel = "HEX",
            description = "First code of the format converted from, as unsigned hexadecimal number (default 0).")
    private @Nullable String fromBits;

    @Option(names = "--to-bits", paramLabel = "HEX", description = "Last code (default: all bits set).")
    private @Nullable String toBits;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Take N inputs only, one from each of N strata of equal size.")
    private @Nullable Long sample;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of samples, hard cases and stochastic rounding (default 0).")
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
        List<Presets.Entry> entries = preset == null ? chosen(io) : fromPreset(preset, io);
        SweepPlan plan = SweepPlan.of(entries.stream().map(this::task).toList(), unitInputs);
        Shard part = Shard.parse(shard);
        int threadCount = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (list) {
            list(io, plan, part, threadCount, nanos(entries) / plan.inputs());
            return ExitCode.SUCCESS;
        }
        return sweep(io, plan, part, threadCount);
    }

    // ------------------------------------------------------------------ the plan

    private SweepTask task(Presets.Entry entry) {
        SweepTask task = entry.task();
        return codesOnly ? task.codes() : task;
    }

    private List<Presets.Entry> fromPreset(String name, Io io) throws IOException {
        if (!Presets.names().contains(name)) {
            throw new UsageException("--preset must be one of " + String.join(", ", Presets.names()) + ": "
                    + Io.quoted(name) + Suggestions.of(name, Presets.names()));
        }
        if (profile != null || fromBits != null || toBits != null || !from.isEmpty() || !space.equals("all")) {
            throw new UsageException("--preset does not go with --profile, --from, --space, --from-bits or --to-bits");
        }
        Set<ScalarFormat> targets = new HashSet<>();
        for (String format : to) {
            targets.add(FormatArgument.scalar(format, io).format());
        }
        List<TestFloatOperation> wanted = operations();
        List<Presets.Entry> entries = new ArrayList<>();
        UsageException refused = new UsageException("the other options leave nothing of --preset " + name);
        for (Presets.Entry entry : Presets.named(name)) {
            Computation c = entry.computation();
            Policies p = c.policies();
            if ((targets.isEmpty() || targets.contains(c.result()))
                    && (roundings.isEmpty() || roundings.contains(p.rounding()))
                    && (operations.isEmpty() || wanted.contains(c.operation()))
                    && (overflows.isEmpty()
                            || overflows.stream()
                                    .anyMatch(o ->
                                            PolicyOptions.withOverflow(p, o).equals(p)))) {
                InputSpace inputs = sample == null ? entry.space() : SampledSpace.of(entry.space(), sample, seed);
                Presets.Entry chosen = new Presets.Entry(
                        entry.name(),
                        c,
                        inputs,
                        implementation(subject, entry.subject(), c),
                        implementation(against, entry.reference(), c));
                try {
                    if (subject != null || against != null) {
                        chosen.task();
                    }
                    entries.add(chosen);
                } catch (IllegalArgumentException e) {
                    refused = new UsageException(String.valueOf(e.getMessage()));
                }
            }
        }
        if (entries.isEmpty()) {
            throw refused;
        }
        return entries;
    }

    /** {@return the name of an implementation that was asked for, or another one} */
    private static String implementation(@Nullable String name, String other, Computation c) {
        List<String> names = Implementations.names(c.operation());
        if (name != null && !name.equals("none") && !names.contains(name)) {
            throw new UsageException("implementation of " + c.signature() + " must be one of "
                    + String.join(", ", names) + ": " + Io.quoted(name) + Suggestions.of(name, names));
        }
        return name == null ? other : name;
    }

    private List<Presets.Entry> chosen(Io io) throws IOException {
        if (to.isEmpty()) {
            throw new UsageException("--to or --preset is needed; see --help");
        }
        List<Resolved> sources = new ArrayList<>();
        for (String name : from) {
            sources.add(FormatArgument.scalar(name, io));
        }
        List<ScalarFormat> operands = sources.stream().map(Resolved::format).toList();
        Set<Computation> computations = new LinkedHashSet<>();
        for (TestFloatOperation operation : operations()) {
            for (String name : to) {
                Resolved target = FormatArgument.scalar(name, io);
                if (operation != TestFloatOperation.CONVERT) {
                    addAll(computations, operation, operands(operation, operands, target.format()), target);
                    continue;
                }
                for (ScalarFormat source : operands.isEmpty() ? List.of(Formats.BINARY32) : operands) {
                    addAll(computations, operation, List.of(source), target);
                }
            }
        }
        return computations.stream().map(this::entry).toList();
    }

    private List<TestFloatOperation> operations() {
        List<TestFloatOperation> all = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (TestFloatOperation operation : TestFloatOperation.values()) {
            if (!operation.isComparison()) {
                words.add(operation == TestFloatOperation.CONVERT ? "convert" : operation.word());
            }
        }
        for (String name : operations) {
            int index = words.indexOf(name);
            if (index < 0) {
                throw new UsageException("--op must be one of " + String.join(", ", words) + ": " + Io.quoted(name)
                        + (name.equals("fma") ? "; did you mean mulAdd?" : Suggestions.of(name, words)));
            }
            all.add(TestFloatOperation.values()[index]);
        }
        return all.isEmpty() ? List.of(TestFloatOperation.CONVERT) : all;
    }

    private static List<ScalarFormat> operands(
            TestFloatOperation operation, List<ScalarFormat> given, ScalarFormat result) {
        if (given.size() > 1 && given.size() != operation.arity()) {
            throw new UsageException("--from must name one format, or " + operation.arity() + " for " + operation.word()
                    + ": " + given.size());
        }
        return given.size() > 1
                ? given
                : Collections.nCopies(operation.arity(), given.isEmpty() ? result : given.get(0));
    }

    private void addAll(
            Set<Computation> computations, TestFloatOperation operation, List<ScalarFormat> operands, Resolved target) {
        Policies base = profile != null
                ? profile.policies(operands.get(0), target.format())
                : target.policies().orElse(Policies.IEEE);
        Policies start = tininess == null ? base : base.withTininess(tininess);
        List<Rounding> modes =
                !roundings.isEmpty() ? roundings : profile != null ? List.of(base.rounding()) : Presets.roundings();
        for (Rounding mode : modes) {
            Policies p =
                    mode.isStochastic() ? start.withStochasticRounding(mode, randomBits) : start.withRounding(mode);
            List<Policies> all = new ArrayList<>();
            if (overflows.isEmpty() && profile != null) {
                all.add(p);
            } else {
                for (String name : overflows.isEmpty() ? List.of("ieee", "sat") : overflows) {
                    all.add(PolicyOptions.withOverflow(p, name));
                }
            }
            for (Policies policies : all) {
                computations.add(new Computation(operation, operands, target.format(), policies, seed));
            }
        }
    }

    private Presets.Entry entry(Computation c) {
        return Presets.Entry.of(
                c, inputs(c), implementation(subject, defaultSubject(c), c), implementation(against, "oracle", c));
    }

    private static String defaultSubject(Computation c) {
        ScalarFormat first = c.operands().get(0);
        if (c.operation() == TestFloatOperation.CONVERT) {
            boolean codec = first.equals(Formats.BINARY64) || first.equals(Formats.BINARY32) && c.hasFlags();
            return codec ? "codec" : "generic";
        }
        boolean ints = c.hasFlags()
                && c.operands().stream().allMatch(f -> f.width() <= 32)
                && !c.policies().rounding().isStochastic();
        return ints ? "arith" : "arith-long";
    }

    private InputSpace inputs(Computation c) {
        boolean conversion = c.operation() == TestFloatOperation.CONVERT;
        InputSpace inputs = switch (space) {
            case "all" -> conversion && (fromBits != null || toBits != null) ? range(c) : all(c);
            case "boundaries" -> {
                if (!conversion) {
                    throw new UsageException("--space boundaries is for conversions; "
                            + c.operation().word() + " takes all or hard");
                }
                yield CodeSpace.boundaries(c.operands().get(0), c.result(), radius);
            }
            case "hard" -> {
                if (sample == null) {
                    throw new UsageException("--space hard needs --sample");
                }
                yield HardSpace.of(c, sample, seed);
            }
            default ->
                throw new UsageException("--space must be one of " + String.join(", ", SPACES) + ": " + Io.quoted(space)
                        + Suggestions.of(space, SPACES));
        };
        return sample == null ? inputs : SampledSpace.of(inputs, sample, seed);
    }

    private InputSpace range(Computation c) {
        ScalarFormat source = c.operands().get(0);
        long first = fromBits == null ? 0 : bits("--from-bits", fromBits, source);
        long last = toBits == null ? source.codeMask() : bits("--to-bits", toBits, source);
        return CodeSpace.range(source, first, last);
    }

    private InputSpace all(Computation c) {
        int bits = c.operands().stream().mapToInt(ScalarFormat::width).sum();
        boolean tooMany = bits > 62 || 1L << bits > MOST_INPUTS;
        if (tooMany && sample == null) {
            throw new UsageException("all inputs of " + c.signature() + " are 2^" + bits
                    + "; take --sample N, or --space " + (bits > 62 ? "hard" : "boundaries or hard"));
        }
        return sample != null && bits > 62 ? RandomSpace.of(c.operands(), sample, seed) : CodeTuples.of(c.operands());
    }

    private static long bits(String option, String text, ScalarFormat format) {
        try {
            long bits = Long.parseUnsignedLong(
                    text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text, 16);
            return format.requireCode(bits);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    option + " must be a " + format.width() + "-bit hexadecimal number: " + Io.quoted(text));
        }
    }

    /** What all inputs may cost together on one thread of a machine of 2023. */
    private static double nanos(List<Presets.Entry> entries) {
        double sum = 0;
        for (Presets.Entry e : entries) {
            boolean each = e.computation().operation() != TestFloatOperation.CONVERT;
            sum += e.space().size() * (2 + nanos(e.subject(), each) + nanos(e.reference(), each));
        }
        return sum;
    }

    private static double nanos(String implementation, boolean each) {
        return switch (implementation) {
            case "none" -> 0;
            case "oracle" -> each ? 2000 : 1;
            case "oracle-each" -> 1000;
            case "codec" -> 3;
            case "array", "kernel", "kernel-vector", "kernel-jdk", "kernel-table" -> 1;
            case "arith", "arith-long" -> 10;
            default -> 20;
        };
    }

    private void list(Io io, SweepPlan plan, Shard part, int threadCount, double nanos) throws IOException {
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
                    generator.writeStringField("subject", task.subject().toString());
                    generator.writeStringField("against", against(task));
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
                    "%-34s %10d inputs  %s, %s against %s\n",
                    task.name(),
                    task.space().size(),
                    task.space().id(),
                    task.subject(),
                    against(task)));
        }
        out.write(String.format(
                Locale.ROOT,
                "%d runs, %d inputs in %d units; shard %s on %d threads: about %s at %.0f ns an input\n",
                plan.tasks().size(),
                plan.inputs(),
                plan.units(),
                part,
                threadCount,
                SweepProgress.duration(plan.inputs() * nanos * 1e-9 / part.count() / threadCount),
                nanos));
    }

    private static String against(SweepTask task) {
        return task.reference() == null ? "none" : task.reference().toString();
    }

    // ------------------------------------------------------------------ the run

    private int sweep(Io io, SweepPlan plan, Shard part, int threadCount) throws IOException {
        Path file = journal == null ? null : Io.path(journal);
        Lines lines = new Lines(io, plan);
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
                            lines.finished(task);
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
            report.tasks().forEach(lines::finished); // those that were interrupted, too
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

    /** Prints tasks as they finish, in the order of the plan. The sweep calls one at a time. */
    private static final class Lines {
        private final Io io;
        private final List<String> order;
        private final Map<String, SweepReport.TaskReport> waiting = new HashMap<>();
        private int next;

        Lines(Io io, SweepPlan plan) {
            this.io = io;
            order = plan.tasks().stream().map(SweepTask::name).toList();
        }

        void finished(SweepReport.TaskReport task) {
            waiting.put(task.name(), task);
            try {
                while (next < order.size()) {
                    SweepReport.TaskReport ready = waiting.get(order.get(next));
                    if (ready == null) {
                        break;
                    }
                    next++;
                    if (ready.checked() > 0) {
                        io.text().write(line(ready));
                    }
                }
                io.text().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
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
                generator.writeStringField(
                        "input",
                        m.operands().stream()
                                .map(code -> "0x" + Long.toHexString(code))
                                .collect(Collectors.joining(" ")));
                writeResult(generator, "got", m.got(), m.hasFlags());
                writeResult(generator, "expected", m.expected(), m.hasFlags());
                generator.writeStringField("explanation", m.explanation());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private static void writeResult(JsonGenerator generator, String name, long result, boolean hasFlags)
            throws IOException {
        generator.writeStringField(name + "_code", "0x" + Long.toHexString(hasFlags ? result & 0xffff_ffffL : result));
        if (hasFlags) {
            generator.writeStringField(name + "_flags", String.format(Locale.ROOT, "%02x", result >>> 32));
        }
    }
}
