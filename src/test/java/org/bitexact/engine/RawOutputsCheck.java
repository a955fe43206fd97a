package org.bitexact.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;

/**
 * Compares engines with the raw outputs of graphics processors that F. A. Khattak and M. Mikaitis published with
 * <i>Accurate Models of NVIDIA Tensor Cores</i> (repository north-numerical-computing/MATLAB-tensor-core), which are not
 * part of this project but for the first 100 of each set.
 *
 * <pre>
 * java ... org.bitexact.engine.RawOutputsCheck CHECKOUT/model_validation [PACKS]
 * </pre>
 *
 * <p>Prints, for each set of 5000 dot products, how many the engine's row reproduces, and how many rows with one
 * parameter changed would. With a second folder, it writes the first dot products of each set there, as the packs under
 * test-vectors/engines/nvidia.
 */
final class RawOutputsCheck {
    /** Dot products of a set that are part of this project. */
    private static final int PACKED = 100;

    private RawOutputsCheck() {}

    /** A set of dot products: the operands' codes, and the codes that the hardware returned. */
    private record Set(Engine engine, List<DotCase> cases, List<Long> results, String note) {}

    public static void main(String... args) throws IOException {
        Path root = Path.of(args[0]);
        long total = 0;
        long reproduced = 0;
        System.out.printf(
                "%-30s %-36s %6s %6s  %s%n", "set", "engine", "dots", "equal", "equal with one parameter changed");
        for (String gpu : List.of("V100", "A100", "A2", "Ada", "L40S", "H100", "H200", "B200")) {
            for (String format : List.of("fp16", "bf16", "tf32", "E4M3", "E5M2")) {
                for (String out : List.of("fp32", "fp16")) {
                    Path d = root.resolve(gpu).resolve(format).resolve("d_" + gpu + "_" + out + ".txt");
                    if (!Files.exists(d)) {
                        continue;
                    }
                    Set set = read(root, gpu, format, out);
                    int equal = equal(set.engine(), set);
                    total += set.cases().size();
                    reproduced += equal;
                    if (args.length > 1) {
                        write(Path.of(args[1]), gpu, format, out, set);
                    }
                    StringBuilder changed = new StringBuilder(set.note());
                    for (Engine other : neighbours(set.engine())) {
                        changed.append(' ').append(other.note()).append('=').append(equal(other, set));
                    }
                    System.out.printf(
                            "%-30s %-36s %6d %6d  %s%n",
                            gpu + " " + format + " to " + out,
                            set.engine(),
                            set.cases().size(),
                            equal,
                            changed.toString().strip());
                }
            }
        }
        System.out.printf("%d of %d reproduced%n", reproduced, total);
    }

    private static void write(Path folder, String gpu, String format, String out, Set set) throws IOException {
        String name = set.engine()
                .name()
                .replace("nvidia.", "")
                .replace(set.engine().name().split("\\.")[1], gpu);
        Path file = folder.resolve(name.toLowerCase(Locale.ROOT) + ".jsonl.gz");
        try (OutputStream bytes = new GZIPOutputStream(Files.newOutputStream(file))) {
            StringBuilder text = new StringBuilder();
            text.append("# pack: bitexact 1\n# kind: dot\n# engine: " + set.engine() + "\n");
            text.append("# provenance: executed on " + gpu + "; F. A. Khattak, M. Mikaitis, MATLAB-tensor-core,"
                    + " model_validation/" + gpu + "/" + format + ", outputs in " + out
                    + "; BSD 2-Clause, see LICENCE\n");
            text.append("# generator: org.bitexact.engine.RawOutputsCheck\n# count: " + PACKED + "\n");
            for (int i = 0; i < PACKED; i++) {
                DotCase input = set.cases().get(i);
                text.append("{\"a\":\"" + hex(input.a(), set.engine().formatA().hexDigits()));
                text.append(
                        "\",\"b\":\"" + hex(input.b(), set.engine().formatB().hexDigits()));
                text.append("\",\"c\":\""
                        + hex(new long[] {input.c()}, set.engine().formatC().hexDigits()));
                long d = set.results().get(i);
                text.append("\",\"d\":\""
                        + hex(new long[] {d}, set.engine().formatD().hexDigits()) + "\"}\n");
            }
            bytes.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String hex(long[] codes, int digits) {
        StringBuilder text = new StringBuilder();
        for (long code : codes) {
            text.append(String.format("%0" + digits + "x", code));
        }
        return text.toString();
    }

    private static Set read(Path root, String gpu, String format, String out) throws IOException {
        boolean fp8 = format.startsWith("E");
        boolean half = out.equals("fp16");
        // the FP8 outputs of H100 and H200 in binary32 come from wgmma, without an addend
        boolean wgmma = fp8 && !half && gpu.startsWith("H");
        FloatFormat in = switch (format) {
            case "fp16" -> Formats.BINARY16;
            case "bf16" -> Formats.BFLOAT16;
            case "tf32" -> Formats.BINARY32;
            case "E4M3" -> Formats.OCP_E4M3;
            default -> Formats.OCP_E5M2;
        };
        String chip = switch (gpu) {
            case "V100" -> "volta";
            case "A100", "A2" -> "ampere";
            case "Ada", "L40S" -> "ada";
            case "B200" -> "blackwell";
            default -> "hopper";
        };
        String inputs = format.equals("tf32") ? "tf32" : in.name();
        Engine engine =
                Engines.get("nvidia." + chip + (wgmma ? ".wgmma." : ".mma.") + inputs + (half ? ".f16" : ".f32"));
        Path folder = root.resolve(gpu).resolve(format);
        List<long[]> a = vectors(folder.resolve("a_" + gpu + "_" + format + ".txt"), in);
        List<long[]> b = vectors(folder.resolve("b_" + gpu + "_" + format + ".txt"), in);
        List<Long> c = words(folder.resolve("c_" + gpu + "_fp32.txt"), half);
        List<Long> d = words(folder.resolve("d_" + gpu + "_" + out + ".txt"), half);
        List<DotCase> cases = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            cases.add(new DotCase(a.get(i), b.get(i), wgmma ? 0 : c.get(i)));
        }
        return new Set(engine, cases, d, wgmma ? "(c = 0)" : "");
    }

    private static int equal(Engine engine, Set set) {
        int equal = 0;
        for (int i = 0; i < set.cases().size(); i++) {
            if (engine.dot(set.cases().get(i)) == set.results().get(i)) {
                equal++;
            }
        }
        return equal;
    }

    /** The row with one parameter changed at a time; the note tells which. */
    private static List<Engine> neighbours(Engine engine) {
        Spec spec = engine.spec().orElseThrow();
        List<Engine> list = new ArrayList<>();
        list.add(changed(engine, "F-1", spec.toBuilder().fractionBits(spec.fractionBits() - 1)));
        list.add(changed(engine, "F+1", spec.toBuilder().fractionBits(spec.fractionBits() + 1)));
        if (spec.terms() > 1) {
            list.add(changed(engine, "n/2", spec.toBuilder().terms(spec.terms() / 2)));
        }
        boolean nearest = spec.rounding() == Rounding.TIES_TO_EVEN;
        list.add(changed(
                engine,
                nearest ? "rz" : "rne",
                spec.toBuilder().rounding(nearest ? Rounding.TOWARD_ZERO : Rounding.TIES_TO_EVEN)));
        if (!spec.order().equals(Order.CHAIN)) {
            list.add(changed(engine, "chain", spec.toBuilder().order(Order.CHAIN)));
        }
        return list;
    }

    private static Engine changed(Engine engine, String what, Spec.Builder spec) {
        return engine.toBuilder("custom.engine.changed.in.out")
                .spec(spec.build())
                .note(what)
                .build();
    }

    /** Vectors given as binary32 words in hexadecimal, one vector a line, as codes of the input format. */
    private static List<long[]> vectors(Path file, FloatFormat format) throws IOException {
        Converter narrow = Converter.of(Formats.BINARY32, Codec.of(format));
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank())
                    .map(line -> Stream.of(line.trim().split("\\s+"))
                            .mapToLong(word -> narrow.convertLong(Long.parseLong(word, 16), 0, null))
                            .toArray())
                    .toList();
        }
    }

    /** Words of 32 binary digits, one a line, as codes of binary32 or, exact or not, of binary16. */
    private static List<Long> words(Path file, boolean half) throws IOException {
        Converter narrow = Converter.of(Formats.BINARY32, Codec.of(Formats.BINARY16));
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank())
                    .map(line -> Long.parseLong(line.trim(), 2))
                    .map(word -> half ? narrow.convertLong(word, 0, null) : word)
                    .toList();
        }
    }
}
