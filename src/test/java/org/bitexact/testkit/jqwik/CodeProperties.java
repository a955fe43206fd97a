package org.bitexact.testkit.jqwik;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.testkit.CodeFunction;
import org.bitexact.testkit.CodePoint;
import org.bitexact.testkit.Mutants;
import org.bitexact.testkit.ScalarFunction;
import org.bitexact.testkit.ScalarOperation;
import org.bitexact.testkit.VectorGenerator;

/** The adapter end to end: jqwik draws, tries edge cases, finds planted defects and shrinks them to the simplest. */
class CodeProperties extends CodeExamples {
    private static final ScalarFunction TO_E4M3 = ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.OCP_E4M3));
    private static final CodeFunction TIES_AWAY =
            Mutants.of(TO_E4M3).named("ties-away").implementation();

    /** The property must fail, and the parameters it fails with must be these, printed. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface FailsWith {
        String value();
    }

    static class FailureHook implements AroundPropertyHook {
        @Override
        public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
            PropertyExecutionResult result = property.execute();
            String wanted =
                    context.targetMethod().getAnnotation(FailsWith.class).value();
            String found = result.falsifiedParameters().map(FailureHook::text).orElse("nothing, " + result.status());
            return found.equals(wanted)
                    ? result.mapToSuccessful()
                    : result.mapToFailed("expected to fail with " + wanted + ", but was: " + found);
        }

        private static String text(List<Object> parameters) {
            StringBuilder text = new StringBuilder();
            for (Object p : parameters) {
                text.append(text.length() == 0 ? "" : ", ")
                        .append(
                                p instanceof long[] codes
                                        ? Arrays.toString(codes)
                                        : p instanceof VectorGenerator.Operands o
                                                ? Arrays.toString(o.a()) + " " + Arrays.toString(o.b()) + " 0x"
                                                        + Long.toHexString(o.c()[0])
                                                : p.toString());
            }
            return text.toString();
        }
    }

    // ------------------------------------------------------------------ planted defects

    /** Ties away differs at every second tie; the simplest is the power of two 2^-10 = 0x3a800000, half the smallest. */
    @Property
    @AddLifecycleHook(FailureHook.class)
    @FailsWith("981467136")
    void tiesAwayIsShrunkToTheSimplestTie(@ForAll @Code(value = "f32", target = "e4m3") int bits) {
        long x = Integer.toUnsignedLong(bits);
        assertThat(TIES_AWAY.apply(x)).isEqualTo(TO_E4M3.oracle().apply(x));
    }

    @Property
    @AddLifecycleHook(FailureHook.class)
    @FailsWith("9.765625E-4")
    void valuesShrinkAsTheirCodesDo(@ForAll @Aimed("e4m3") float x) {
        long bits = Integer.toUnsignedLong(Float.floatToRawIntBits(x));
        assertThat(TIES_AWAY.apply(bits)).isEqualTo(TO_E4M3.oracle().apply(bits));
    }

    @Property
    @AddLifecycleHook(FailureHook.class)
    @FailsWith("E4M3 0x7E = 0 1111 110 = 448 (largest finite)")
    void reportsExplainCodes(@ForAll @Code("e4m3") CodePoint x) {
        assertThat(x.code() == 0x7e || x.code() == 0xfe || x.code() == 0xff).isFalse();
    }

    @Provide
    Arbitrary<long[]> sums() {
        return CodeArbitraries.operands(ScalarFunction.of(ScalarOperation.ADD, Codec.of(Formats.BINARY16)));
    }

    /** Sums without a sticky bit go wrong, the simplest being 2^14 + 9, a sixteenth of a step beyond a tie. */
    @Property(seed = "1")
    @AddLifecycleHook(FailureHook.class)
    @FailsWith("[29696, 18560]")
    void operandsAreShrunkOneByOne(@ForAll("sums") long[] x) {
        ScalarFunction add = ScalarFunction.of(ScalarOperation.ADD, Codec.of(Formats.BINARY16));
        CodeFunction wrong = LOST_STICKY;
        assertThat(wrong.apply(x).code()).isEqualTo(add.oracle().apply(x).code());
    }

    private static final CodeFunction LOST_STICKY = Mutants.of(
                    ScalarFunction.of(ScalarOperation.ADD, Codec.of(Formats.BINARY16)))
            .named("lost-sticky")
            .implementation();

    @Provide
    Arbitrary<VectorGenerator.Operands> dots() {
        return CodeArbitraries.dotProducts(VectorGenerator.of(Formats.OCP_E4M3, Formats.OCP_E2M1, Formats.BINARY16), 3);
    }

    /** All that does not take part in the failure becomes zero. */
    @Property(seed = "1")
    @AddLifecycleHook(FailureHook.class)
    @FailsWith("[0, 64, 0] [0, 0, 0] 0x0")
    void vectorsAreShrunkCodeByCode(@ForAll("dots") VectorGenerator.Operands o) {
        // 2, code 0x40, is the simplest factor above 1.5
        assertThat(Codec.of(Formats.OCP_E4M3).decode(o.a()[1])).isLessThan(1.5);
    }

    // ------------------------------------------------------------------ what is drawn

    private static final Set<Integer> SEEN = new HashSet<>();

    @Property
    void formatsOfEightBitsAreTriedExhaustively(@ForAll @Code("e5m2") int code) {
        SEEN.add(code);
    }

    @AfterContainer
    static void everyCodeWasSeen() {
        assertThat(SEEN).hasSize(256);
    }

    /** Without the domain, an annotated int would be any int. */
    @Property
    @Domain(CodeDomain.class)
    void theDomainAloneProvides(
            @ForAll @Code("f16") int x, @ForAll @Code("f64") long y, @ForAll @Aimed("bf16") double z) {
        assertThat(x).isBetween(0, 0xffff);
    }

    private static final Set<Integer> LIMITS = new HashSet<>();

    @Property(edgeCases = EdgeCasesMode.FIRST, tries = 400)
    void edgeCasesAreTheLimitsOfSourceAndTarget(@ForAll @Code(value = "f32", target = "e4m3") int bits) {
        LIMITS.add(bits);
    }

    @AfterContainer
    static void limitsWereAmongTheEdgeCases() {
        FloatFormat f = Formats.BINARY32;
        assertThat(LIMITS)
                .contains(
                        0,
                        0x8000_0000,
                        0x3f80_0000,
                        (int) f.maxFiniteCode(),
                        (int) f.infinityCode(),
                        Float.floatToRawIntBits(448),
                        Float.floatToRawIntBits(464),
                        Float.floatToRawIntBits(0x1p-10f));
    }
}
