package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bitexact.format.Formats;
import org.bitexact.format.Profile;
import org.bitexact.internal.codec.HalfFloats;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/**
 * {@code Float.floatToFloat16} and {@code float16ToFloat} of JDK 20 and later, found by name.
 *
 * <p>Which NaN they give depends on the CPU and on the virtual machine's flags: that of F16C where the intrinsic is
 * used, that of the Java body otherwise. The code that runs may change during a test, so each NaN may be of either
 * profile, but none other.
 */
class JdkHalfTest {
    @BeforeAll
    static void needsThem() {
        assumeTrue(HalfFloats.PRESENT, "this JDK has no Float.floatToFloat16 (it came with 20)");
    }

    @Test
    void everyHalfWidensAlike() {
        Converter body = Converter.of(Formats.BINARY16, profile(Profile.JDK, true));
        Converter intrinsic = Converter.of(Formats.BINARY16, profile(Profile.F16C, true));
        Codec half = Codec.of(Formats.BINARY16);
        for (int code = 0; code < 1 << 16; code++) {
            float jdk = HalfFloats.toFloat((short) code);
            int bits = Float.floatToRawIntBits(jdk);
            int ours = body.convert(code);
            if (bits != ours && (!Float.isNaN(jdk) || bits != intrinsic.convert(code))) {
                throw new AssertionFailedError(String.format("0x%04x: JDK %08x, ours %08x", code, bits, ours));
            }
            if (!Float.isNaN(jdk)) {
                assertThat(half.decode(code)).isEqualTo((double) jdk);
            }
        }
    }

    @Test
    void aSpreadOfFloatsNarrowsAlike() {
        Codec body = profile(Profile.JDK, false);
        Codec intrinsic = profile(Profile.F16C, false);
        // every 253rd pattern: 2^32 / 253 > 2^24, and 253 is odd, so all low bits occur
        long count = 0;
        for (long pattern = 0; pattern < 1L << 32; pattern += 253) {
            check(body, intrinsic, (int) pattern);
            count++;
        }
        assertThat(count).isGreaterThan(1 << 24);
        // and the surroundings of every boundary of binary16
        for (int code = 0; code <= 0x7bff; code++) {
            int value = Float.floatToRawIntBits((float) body.decode(code));
            for (int offset : new int[] {-1, 0, 1, 0xfff, 0x1000, 0x1001}) {
                check(body, intrinsic, value + offset & Integer.MAX_VALUE);
                check(body, intrinsic, value + offset | Integer.MIN_VALUE);
            }
        }
    }

    private static void check(Codec body, Codec intrinsic, int bits) {
        short jdk = HalfFloats.of(Float.intBitsToFloat(bits));
        int ours = (int) body.encodeFloatBits(bits, 0);
        if ((jdk & 0xffff) != ours) {
            boolean nan = (bits & 0x7fff_ffff) > 0x7f80_0000;
            if (!nan || (jdk & 0xffff) != (int) intrinsic.encodeFloatBits(bits, 0)) {
                throw new AssertionFailedError(String.format("%08x: JDK %04x, ours %04x", bits, jdk & 0xffff, ours));
            }
        }
    }

    private static Codec profile(Profile profile, boolean widening) {
        return widening
                ? Codec.of(Formats.BINARY32, profile, Formats.BINARY16)
                : Codec.of(Formats.BINARY16, profile, Formats.BINARY32);
    }
}
