package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.array.ArrayCodec;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Test;

/** A JVM without the Vector API has no vector family, and converts to the same codes. */
class WithoutVectorApiTest {
    @Test
    void codesAreTheSameWithoutTheModule() throws IOException, InterruptedException {
        assertThat(KernelSelection.family("vector")).isNotNull();
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        Process process = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), WithoutVectorApiTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.strip()).isEqualTo("vector family: false, codes: " + codes());
    }

    /**
     * Says whether there is a vector family, and what some values become.
     *
     * @param args none
     */
    public static void main(String[] args) {
        boolean vector = KernelSelection.family("vector") != null;
        System.out.println("vector family: " + vector + ", codes: " + codes());
    }

    /** The hash of the codes of 2^19 patterns. */
    private static int codes() {
        SplittableRandom random = new SplittableRandom(5);
        float[] values = new float[1 << 19];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt());
        }
        byte[] codes = new byte[values.length];
        ArrayCodec.of(Codec.of(Formats.OCP_E4M3)).encode(values, 0, codes, 0, codes.length);
        return Arrays.hashCode(codes);
    }
}
