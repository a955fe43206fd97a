package org.bitexact.vectors;

import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitexact.codec.Codec;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.engine.Evidence;
import org.bitexact.engine.IntegerSpec;
import org.bitexact.engine.Scaling;
import org.bitexact.engine.Spec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.kernel.Accumulation;
import org.bitexact.kernel.DotProduct;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.testkit.Mutant;
import org.bitexact.testkit.Mutants;
import org.bitexact.testkit.VectorGenerator;
import org.jspecify.annotations.Nullable;

/** Dot products and matrix tiles of an engine of the catalogue. */
final class EnginePackFunction extends PackFunction {
    private static final String ENGINE = "engine";
    static final String PARAMETERS = "engine-parameters";
    private static final String SHAPE = "shape";
    private static final String LENGTH = "length";
    private static final Pattern TILE = Pattern.compile("m([1-9][0-9]{0,3})n([1-9][0-9]{0,3})k([1-9][0-9]{0,3})");
    private static final int MOST = 4096;
    private static final int DOT_CANDIDATES = 1500;
    private static final int TILE_CANDIDATES = 150;

    private final Engine engine;
    /** Rows and columns of a tile; 0 for a dot product. */
    private final int m;

    private final int n;
    /** Length of the vectors; {@link PackColumn#ANY} for rows of any. */
    private final int k;

    private final List<PackColumn> columns;

    private EnginePackFunction(Engine engine, int m, int n, int k) {
        this.engine = engine;
        this.m = m;
        this.n = n;
        this.k = k;
        if (k != PackColumn.ANY && (k < 1 || k > MOST)) {
            throw new IllegalArgumentException("length must be in [1, " + MOST + "]: " + k);
        }
        boolean tile = m > 0;
        Optional<Scaling> scaling = engine.scaling();
        List<PackColumn> all = new ArrayList<>();
        all.add(tile ? PackColumn.operand("a", engine.formatA(), m, k) : PackColumn.operand("a", engine.formatA(), k));
        all.add(tile ? PackColumn.operand("b", engine.formatB(), k, n) : PackColumn.operand("b", engine.formatB(), k));
        all.add(tile ? PackColumn.operand("c", engine.formatC(), m, n) : PackColumn.operand("c", engine.formatC()));
        if (scaling.isPresent()) {
            int blocks = k == PackColumn.ANY
                    ? k
                    : (k + scaling.get().blockLength() - 1) / scaling.get().blockLength();
            ScalarFormat scale = scaling.get().format();
            all.add(tile ? PackColumn.operand("sa", scale, m, blocks) : PackColumn.operand("sa", scale, blocks));
            all.add(tile ? PackColumn.operand("sb", scale, blocks, n) : PackColumn.operand("sb", scale, blocks));
        }
        all.add(tile ? PackColumn.result("d", engine.formatD(), m, n) : PackColumn.result("d", engine.formatD()));
        columns = List.copyOf(all);
    }

    /**
     * {@return the dot products of an engine}
     *
     * @param k length of the vectors; {@link PackColumn#ANY} for any
     */
    static EnginePackFunction dot(Engine engine, int k) {
        return new EnginePackFunction(engine, 0, 0, k);
    }

    /** {@return the tiles of an engine in a shape {@code m16n8k16}} */
    static EnginePackFunction tile(Engine engine, String shape) {
        Matcher parts = TILE.matcher(shape);
        if (!parts.matches()) {
            throw new IllegalArgumentException("shape must be mMnNkK, for example m16n8k16: '" + shape + "'");
        }
        return new EnginePackFunction(
                engine,
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)));
    }

    static EnginePackFunction ofProperties(Map<String, String> properties) {
        String name = required(properties, ENGINE);
        Engine engine = Engines.find(name)
                .orElseThrow(() -> new IllegalArgumentException("engine must be one of the catalogue: '" + name + "'"));
        EnginePackFunction function = required(properties, KIND).equals("tile")
                ? tile(engine, required(properties, SHAPE))
                : dot(engine, required(properties, LENGTH).equals("*") ? PackColumn.ANY : number(properties, LENGTH));
        String told = properties.get(PARAMETERS);
        if (told != null && !told.equals(parameters(engine))) {
            throw new IllegalArgumentException("engine " + name + " has other parameters than those of the pack: "
                    + parameters(engine) + ", not " + told);
        }
        return function;
    }

    @Override
    public String kind() {
        return m > 0 ? "tile" : "dot";
    }

    @Override
    public String name() {
        return kind();
    }

    @Override
    public List<PackColumn> columns() {
        return columns;
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(KIND, kind());
        properties.put(FUNCTION, name());
        properties.put(ENGINE, engine.name());
        properties.put(m > 0 ? SHAPE : LENGTH, m > 0 ? shape() : k == PackColumn.ANY ? "*" : String.valueOf(k));
        properties.put(PARAMETERS, parameters(engine));
        return properties;
    }

    private String shape() {
        return "m" + m + "n" + n + "k" + k;
    }

    @Override
    String arguments() {
        return name() + " --engine " + engine.name() + (m > 0 ? " --shape " + shape() : " --length " + k);
    }

    @Override
    String source() {
        Evidence evidence = engine.evidence();
        return "the engine model of bitexact (evidence " + evidence.letter() + ", " + evidence.meaning() + ")";
    }

    /** The parameters of an engine's model, by name. */
    private static String parameters(Engine engine) {
        Record model = engine.spec().<Record>map(s -> s).or(engine::integerSpec).orElseThrow();
        List<String> parts = new ArrayList<>();
        for (RecordComponent component : model.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(model);
                String text = value instanceof Rounding mode ? mode.id() : String.valueOf(value);
                parts.add(component.getName() + "=" + text.replace(' ', '_'));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        engine.scaling().ifPresent(s -> parts.add("scales=" + s.format().name() + "/" + s.blockLength()));
        return String.join(" ", parts);
    }

    // ------------------------------------------------------------------ dot products

    /** One dot product, in whatever way. */
    private interface Dot {
        long of(long[] a, long[] b, long c, long @Nullable [] scaleA, long @Nullable [] scaleB);
    }

    @Override
    public long[][] evaluate(long[][] operands) {
        return results(operands, this::dot);
    }

    private long dot(long[] a, long[] b, long c, long @Nullable [] scaleA, long @Nullable [] scaleB) {
        return engine.dot(new DotCase(a, b, c, scaleA, scaleB));
    }

    private long[][] results(long[][] operands, Dot dot) {
        boolean scaled = engine.scaling().isPresent();
        if (m == 0) {
            return new long[][] {
                {
                    dot.of(
                            operands[0],
                            operands[1],
                            operands[2][0],
                            scaled ? operands[3] : null,
                            scaled ? operands[4] : null)
                }
            };
        }
        long[] d = new long[m * n];
        int blocks = scaled ? operands[3].length / m : 0;
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                d[row * n + column] = dot.of(
                        line(operands[0], row * k, 1, k),
                        line(operands[1], column, n, k),
                        operands[2][row * n + column],
                        scaled ? line(operands[3], row * blocks, 1, blocks) : null,
                        scaled ? line(operands[4], column, n, blocks) : null);
            }
        }
        return new long[][] {d};
    }

    private static long[] line(long[] matrix, int from, int step, int length) {
        long[] line = new long[length];
        for (int i = 0; i < length; i++) {
            line[i] = matrix[from + i * step];
        }
        return line;
    }

    // ------------------------------------------------------------------ reference

    private boolean isChain() {
        return engine.name().startsWith("ieee.fma-chain.");
    }

    @Override
    public String referenceName() {
        return engine.integerSpec().isPresent() ? "exact integers" : isChain() ? "a chain of exact roundings" : "";
    }

    @Override
    public Optional<long[][]> reference(long[][] operands) {
        Optional<IntegerSpec> integers = engine.integerSpec();
        if (integers.isPresent()) {
            return Optional.of(results(operands, (a, b, c, sa, sb) -> integerDot(integers.get(), a, b, c)));
        }
        if (isChain()) {
            return Optional.of(results(operands, (a, b, c, sa, sb) -> chain(a, b, c)));
        }
        return Optional.empty();
    }

    private long chain(long[] a, long[] b, long c) {
        long sum = c;
        for (int i = 0; i < a.length; i++) {
            sum = ExactArithmetic.fma(
                            engine.formatA(),
                            a[i],
                            engine.formatB(),
                            b[i],
                            engine.formatD(),
                            sum,
                            engine.formatD(),
                            Policies.IEEE,
                            0)
                    .code();
        }
        return sum;
    }

    private long integerDot(IntegerSpec spec, long[] a, long[] b, long c) {
        IntFormat d = (IntFormat) engine.formatD();
        BigInteger sum = BigInteger.valueOf(((IntFormat) engine.formatC()).toInteger(c));
        for (int from = 0; from < a.length; from += spec.step()) {
            for (int i = from; i < Math.min(a.length, from + spec.step()); i++) {
                sum = sum.add(
                        switch (spec.operation()) {
                            case MULTIPLY ->
                                integer((IntFormat) engine.formatA(), a[i])
                                        .multiply(integer((IntFormat) engine.formatB(), b[i]));
                            case XOR_POPCOUNT -> BigInteger.valueOf(Long.bitCount(a[i] ^ b[i]));
                            case AND_POPCOUNT -> BigInteger.valueOf(Long.bitCount(a[i] & b[i]));
                        });
            }
            if (spec.saturate()) {
                sum = sum.max(BigInteger.valueOf(d.minInteger())).min(BigInteger.valueOf(d.maxInteger()));
            }
        }
        return sum.longValue() & d.codeMask();
    }

    private static BigInteger integer(IntFormat format, long code) {
        return BigInteger.valueOf(format.toInteger(code));
    }

    // ------------------------------------------------------------------ neighbours

    @Override
    public Map<String, PackFunction> neighbours() {
        Map<String, PackFunction> all = new LinkedHashMap<>();
        for (Engine other : Engines.all()) {
            if (other != engine && hasColumnsOf(other)) {
                all.put("engine " + other.name(), new EnginePackFunction(other, m, n, k));
            }
        }
        engine.spec()
                .ifPresent(spec -> changes(spec).forEach((name, changed) -> {
                    try {
                        Engine other = engine.toBuilder("user.changed." + engine.inputs() + ".changed")
                                .spec(changed)
                                .build();
                        all.put(name, new EnginePackFunction(other, m, n, k));
                    } catch (IllegalArgumentException e) {
                        // this model has no such change
                    }
                }));
        return all;
    }

    private boolean hasColumnsOf(Engine other) {
        return other.formatA().equals(engine.formatA())
                && other.formatB().equals(engine.formatB())
                && other.formatC().equals(engine.formatC())
                && other.formatD().equals(engine.formatD())
                && other.scaling().equals(engine.scaling());
    }

    private static Map<String, Spec> changes(Spec spec) {
        Map<String, UnaryOperator<Spec.Builder>> changes = new LinkedHashMap<>();
        for (Rounding mode : Rounding.values()) {
            if (!mode.isStochastic() && mode != spec.rounding()) {
                changes.put("rounding=" + mode.id(), b -> b.rounding(mode));
            }
        }
        if (spec.fractionBits() != Spec.EXACT) {
            for (int bits = Math.max(0, spec.fractionBits() - 3); bits <= spec.fractionBits() + 3; bits++) {
                int changed = bits;
                if (bits != spec.fractionBits()) {
                    changes.put("fractionBits=" + bits, b -> b.fractionBits(changed));
                }
            }
        }
        for (int terms = 1; terms <= 64; terms *= 2) {
            int changed = terms;
            if (terms != spec.terms()) {
                changes.put("terms=" + terms, b -> b.terms(changed));
            }
        }
        for (Spec.NanResult nan : Spec.NanResult.values()) {
            changes.put("nan=" + nan, b -> b.nan(nan));
        }
        for (Spec.Underflow underflow : Spec.Underflow.values()) {
            changes.put("underflow=" + underflow, b -> b.underflow(underflow));
        }
        for (Spec.ZeroSign sign : Spec.ZeroSign.values()) {
            changes.put("zeroSign=" + sign, b -> b.zeroSign(sign));
        }
        Map<String, Spec> all = new LinkedHashMap<>();
        changes.forEach((name, change) -> {
            try {
                all.put(name, change.apply(spec.toBuilder()).build());
            } catch (IllegalArgumentException e) {
                // parameters that exclude each other
            }
        });
        return all;
    }

    @Override
    public List<PackMutant> mutants() {
        if (!isChain()) {
            return super.mutants();
        }
        Accumulation chain = Accumulation.fma(Codec.of(engine.formatD()));
        List<PackMutant> all = new ArrayList<>();
        for (Mutant<DotProduct> mutant :
                Mutants.dotProduct(engine.formatA(), engine.formatB(), chain).all()) {
            DotProduct wrong = mutant.implementation();
            all.add(new PackMutant(
                    mutant.name(),
                    mutant.defect(),
                    cells -> results(cells, (a, b, c, sa, sb) -> wrong.dot(a, 0, b, 0, a.length, c))));
        }
        return all;
    }

    @Override
    List<long[][]> candidates(int seed) {
        List<long[][]> all = new ArrayList<>(drawn("mixed", m == 0 ? DOT_CANDIDATES : TILE_CANDIDATES, seed));
        if (isChain()) {
            // ranges and cancellation of all kinds
            int d = ((FloatFormat) engine.formatD()).precision();
            VectorGenerator plain = VectorGenerator.of(engine.formatA(), engine.formatB(), engine.formatC());
            for (int i = 0; i < (m == 0 ? DOT_CANDIDATES : TILE_CANDIDATES); i++) {
                VectorGenerator generator = i % 3 == 2
                        ? plain.extremes()
                        : plain.range(i % 5 * (d + 4) / 4).cancellation(i % 4 * (d + 2) / 2);
                VectorGenerator.Operands o =
                        generator.next(Math.max(1, m), Math.max(1, n), k, new SplittableRandom(seed * 31L + i));
                all.add(new long[][] {o.a(), o.b(), o.c()});
            }
        }
        return all;
    }

    // ------------------------------------------------------------------ stimulus

    @Override
    public List<String> stimuli() {
        return List.of("mixed", "cover");
    }

    @Override
    PackStimulus stimulus(String stimulus, int count, int seed) {
        if (k == PackColumn.ANY) {
            throw new IllegalArgumentException("length must be a number for drawn cases");
        }
        if (stimulus.equals("cover")) {
            return covering(count, seed);
        }
        if (!stimulus.equals("mixed")) {
            throw unknownStimulus(stimulus);
        }
        DotDraw draw = new DotDraw(engine, k, seed);
        return m == 0 ? () -> draw.dot() : () -> draw.tile(m, n);
    }
}
