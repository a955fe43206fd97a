package org.bitexact.internal.array;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * Which families of kernels may convert: all of them, the best one that is right and ready, or one that was asked for.
 *
 * <p>The vector family is found by name, so that nothing here depends on the incubator module; without the module, or
 * with one that has changed, it is absent.
 *
 * <p>Kernels are shared by everybody who asks for the same conversion, with what they have learnt.
 *
 * <p><b>Thread safety</b>: safe.
 */
public final class KernelSelection {
    /** The system property that names the family; {@code auto} by default. */
    public static final String PROPERTY = "org.bitexact.kernel";

    private static final String AUTO = "auto";
    private static final List<String> NAMES = List.of(AUTO, "scalar", "table", "jdk", "vector");
    /** Elements that go to the scalar kernel before another one is made. */
    private static final int BEFORE_TABLE = 1 << 14;

    private final Supplier<List<Kernels>> families;
    private final int before;
    private final @Nullable Supplier<@Nullable Kernels> vector;
    private final Trials trials;
    /** Kernels that do not depend on a seed, by what they do. */
    private final Map<String, SoftReference<AdaptiveKernel>> kernels = new ConcurrentHashMap<>();

    /**
     * Makes a selection.
     *
     * @param families gives the families that replace the scalar one, best first
     * @param before elements that go to the scalar kernel first
     * @param vector gives the family that is tried beside those, or null if it is absent; null to try none
     */
    KernelSelection(Supplier<List<Kernels>> families, int before, @Nullable Supplier<@Nullable Kernels> vector) {
        this(families, before, vector, Trials.SHARED);
    }

    KernelSelection(
            Supplier<List<Kernels>> families, int before, @Nullable Supplier<@Nullable Kernels> vector, Trials trials) {
        this.trials = trials;
        this.families = families;
        this.before = before;
        this.vector = vector;
    }

    /**
     * {@return the selection that the system property asks for, which is read once}
     *
     * @throws IllegalArgumentException if the property names no family
     */
    public static KernelSelection current() {
        return Current.SELECTION == null ? of(Current.VALUE) : Current.SELECTION;
    }

    /**
     * {@return a selection}
     *
     * @param family {@code auto} or the name of a family
     * @throws IllegalArgumentException if no family has the name
     */
    public static KernelSelection of(String family) {
        return switch (family) {
            case AUTO ->
                new KernelSelection(
                        () -> List.of(JdkKernels.INSTANCE, TableKernels.INSTANCE), BEFORE_TABLE, () -> Vector.FAMILY);
            case "scalar" -> new KernelSelection(List::of, 0, null);
            case "table" -> new KernelSelection(() -> List.of(TableKernels.INSTANCE), 0, null);
            case "jdk" -> new KernelSelection(() -> List.of(JdkKernels.INSTANCE), 0, null);
            case "vector" ->
                new KernelSelection(() -> Vector.FAMILY == null ? List.of() : List.of(Vector.FAMILY), 0, null);
            default ->
                throw new IllegalArgumentException(
                        PROPERTY + " must be one of " + String.join(", ", NAMES) + ": " + family);
        };
    }

    /** {@return the names of the families, fastest first} */
    public static List<String> familyNames() {
        return List.of("vector", "jdk", "table", "scalar");
    }

    /**
     * {@return a family by its name, or null if this JVM lacks it}
     *
     * @param name one of {@link #familyNames()}
     */
    public static @Nullable Kernels family(String name) {
        return switch (name) {
            case "vector" -> Vector.FAMILY;
            case "jdk" -> JdkKernels.INSTANCE;
            case "table" -> TableKernels.INSTANCE;
            case "scalar" -> ScalarKernels.INSTANCE;
            default -> throw new IllegalArgumentException("family must be one of " + familyNames() + ": " + name);
        };
    }

    /** The property is read on first use; a bad value is reported at each. */
    private static final class Current {
        static final String VALUE = System.getProperty(PROPERTY, AUTO);
        static final @Nullable KernelSelection SELECTION = NAMES.contains(VALUE) ? of(VALUE) : null;
    }

    /** {@return the best kernel that converts binary32 values} */
    public AdaptiveKernel encoder(ScalarFormat target, Policies policies, long seed) {
        return encoder(target, policies, seed, Storage.ELEMENTS);
    }

    /** {@return the best kernel that converts binary32 values and stores the codes} */
    public AdaptiveKernel encoder(ScalarFormat target, Policies policies, long seed, Storage storage) {
        KernelTask task = KernelTask.encode(target, policies, seed, storage);
        return policies.rounding().isStochastic()
                ? kernel(task)
                : shared(key("encode", target, policies, storage.name()), task);
    }

    /** {@return the best kernel that converts into binary32 values, which represent all values of the source} */
    public AdaptiveKernel decoder(ScalarFormat source) {
        return shared(key("decode", source, Policies.IEEE), KernelTask.decode(source));
    }

    /** {@return the best kernel that converts codes in dense storage into binary32 values} */
    public AdaptiveKernel denseDecoder(ScalarFormat source, boolean highFirst) {
        return shared(key("decode", source, highFirst), KernelTask.decodeDense(source, highFirst));
    }

    /** {@return the best kernel that packs codes} */
    public AdaptiveKernel packer(int width, boolean highFirst) {
        return shared(key("pack", width, highFirst), KernelTask.pack(width, highFirst));
    }

    /** {@return the best kernel that unpacks codes} */
    public AdaptiveKernel unpacker(int width, boolean highFirst) {
        return shared(key("unpack", width, highFirst), KernelTask.unpack(width, highFirst));
    }

    /** {@return the best kernel that computes with binary32 values} */
    public AdaptiveKernel step(FloatStep step) {
        KernelTask task = KernelTask.step(step);
        return shared(task.name(), task);
    }

    /** {@return the best kernel that computes with blocks of binary32 values} */
    public AdaptiveKernel block(BlockStep step) {
        KernelTask task = KernelTask.block(step);
        return shared(task.name(), task);
    }

    /** {@return the best kernel that encodes in blocks whose scales are powers of two} */
    public AdaptiveKernel mx(MxEncoding step) {
        KernelTask task = KernelTask.mx(step);
        String key = key("encode", step.target(), step.policies(), "in blocks of", step.length());
        return shared(key, task);
    }

    /** {@return the best kernel that encodes in blocks by limits} */
    public AdaptiveKernel limits(LimitEncoding step) {
        KernelTask task = KernelTask.limits(step);
        return shared(task.name(), task);
    }

    /** {@return the best kernel that quantises binary32 values to integers} */
    public AdaptiveKernel quantize(QuantizeStep step) {
        KernelTask task = KernelTask.quantize(step);
        return shared(task.name(), task);
    }

    /** {@return the best kernel from codes to codes} */
    public AdaptiveKernel operation(CodeOperation operation) {
        return shared(key(operation.operation().name(), operation.format()), KernelTask.operation(operation));
    }

    /**
     * {@return what a kernel depends on, as text}
     *
     * <p>The hash codes of records, and most other ways to join strings, would load classes for 20 ms first.
     */
    private static String key(String task, Object... parts) {
        StringBuilder key = new StringBuilder(task);
        for (Object part : parts) {
            if (part instanceof FloatFormat f) {
                key.append(f.signed() ? " s" : " u")
                        .append(f.exponentBits())
                        .append('.')
                        .append(f.trailingBits());
                key.append('b')
                        .append(f.bias())
                        .append(f.specials().name())
                        .append(f.subnormals().name());
            } else if (part instanceof IntFormat f) {
                key.append(' ').append(f.encoding().name()).append(f.width()).append(f.symmetric());
                key.append('*').append(f.scaleExponent());
            } else if (part instanceof Policies p) {
                key.append(' ').append(p.rounding().id()).append(p.randomBits());
                key.append(' ')
                        .append(p.overflow().id())
                        .append(' ')
                        .append(p.infinity().id());
                key.append(' ')
                        .append(p.nan().id())
                        .append(' ')
                        .append(p.nanSubstitute().id());
                key.append(' ')
                        .append(p.negative().id())
                        .append(' ')
                        .append(p.zero().id());
                key.append(p.flushInputs()).append(p.subnormalResults().id());
                key.append(p.tininess().id()).append(p.path().id());
            } else {
                key.append(' ').append(part);
            }
        }
        return key.toString();
    }

    private AdaptiveKernel shared(String key, KernelTask task) {
        SoftReference<AdaptiveKernel> known = kernels.get(key);
        AdaptiveKernel kernel = known == null ? null : known.get();
        if (kernel == null) {
            kernel = kernel(task);
            kernels.put(key, new SoftReference<>(kernel));
        }
        return kernel;
    }

    private AdaptiveKernel kernel(KernelTask task) {
        return new AdaptiveKernel(task, this, before);
    }

    /** {@return the families that replace the scalar one, best first} */
    List<Kernels> families() {
        return families.get();
    }

    /** {@return whether a family was asked for, so that the best one does not count} */
    boolean isAsked() {
        return before == 0;
    }

    /** {@return whether vector kernels may be taken, which loads them} */
    public boolean hasVectors() {
        return vector() != null
                || families().stream().anyMatch(family -> family.name().equals("vector"));
    }

    /** {@return the time for trials} */
    Trials trials() {
        return trials;
    }

    /** {@return whether a family is to be tried beside those} */
    boolean triesVector() {
        return vector != null;
    }

    /** {@return the family that is tried beside those, or null; loads it} */
    @Nullable
    Kernels vector() {
        return vector == null ? null : vector.get();
    }

    void log(Level level, KernelTask task, String message) {
        Log.LOGGER.log(level, () -> task.name() + ": " + message);
    }

    private static final class Log {
        static final Logger LOGGER = System.getLogger("org.bitexact.array");
    }

    private static final class Vector {
        private static final String CLASS = "org.bitexact.internal.vector.VectorKernels";
        private static final String STEPS = "org.bitexact.internal.vector.VectorSteps";

        static final @Nullable Kernels FAMILY = join(load(CLASS), load(STEPS));

        private static @Nullable Kernels join(@Nullable Kernels conversions, @Nullable Kernels steps) {
            return conversions == null || steps == null
                    ? conversions == null ? steps : conversions
                    : new Joined(conversions, steps);
        }

        private static @Nullable Kernels load(String name) {
            // the classes may load without the module, and fail in the middle of the work
            if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
                Log.LOGGER.log(Level.DEBUG, "the Vector API is absent: {0} is not loaded", name);
                return null;
            }
            try {
                return (Kernels) Class.forName(name).getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                Log.LOGGER.log(Level.DEBUG, "the Vector API cannot be used: {0}", e);
                return null;
            }
        }
    }

    /** A family in two parts. */
    private record Joined(Kernels conversions, Kernels steps) implements Kernels {
        @Override
        public String name() {
            return conversions.name();
        }

        @Override
        public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
            return conversions.encoder(target, policies, seed);
        }

        @Override
        public @Nullable ArrayKernel storingEncoder(
                ScalarFormat target, Policies policies, long seed, Storage storage) {
            return conversions.storingEncoder(target, policies, seed, storage);
        }

        @Override
        public @Nullable Decoder decoder(ScalarFormat source) {
            return conversions.decoder(source);
        }

        @Override
        public @Nullable ArrayKernel denseDecoder(ScalarFormat source, boolean highFirst) {
            return conversions.denseDecoder(source, highFirst);
        }

        @Override
        public @Nullable Packer packer(int width, boolean highFirst) {
            return conversions.packer(width, highFirst);
        }

        @Override
        public @Nullable ArrayKernel step(FloatStep step) {
            return steps.step(step);
        }

        @Override
        public @Nullable ArrayKernel block(BlockStep step) {
            return steps.block(step);
        }

        @Override
        public @Nullable ArrayKernel mx(MxEncoding step) {
            return conversions.mx(step);
        }

        @Override
        public @Nullable ArrayKernel limits(LimitEncoding step) {
            return steps.limits(step);
        }

        @Override
        public @Nullable ArrayKernel quantize(QuantizeStep step) {
            return steps.quantize(step);
        }

        @Override
        public @Nullable ArrayKernel operation(CodeOperation operation) {
            ArrayKernel kernel = steps.operation(operation);
            return kernel == null ? Kernels.super.operation(operation) : kernel;
        }
    }
}
