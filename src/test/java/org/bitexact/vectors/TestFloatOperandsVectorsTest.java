package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operand streams equal those of Berkeley TestFloat 3e, whose digests {@code testfloat-operands.txt} records. */
class TestFloatOperandsVectorsTest {

    static Stream<String> streams() throws IOException {
        try (InputStream in = TestFloatOperandsVectorsTest.class.getResourceAsStream("testfloat-operands.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"));
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void digestIsThatOfTestFloat(String row) throws IOException, NoSuchAlgorithmException {
        String[] column = row.split(" ", 7);
        assertThat(digest(
                        column[0],
                        Integer.parseInt(column[1]),
                        Integer.parseInt(column[2]),
                        Integer.parseInt(column[3]),
                        Long.parseLong(column[4])))
                .isEqualTo(column[5]);
    }

    @Test
    void seedZeroIsSeedOne() throws IOException, NoSuchAlgorithmException {
        assertThat(digest("f32", 2, 1, 0, 46464)).isEqualTo(digest("f32", 2, 1, 1, 46464));
    }

    private static String digest(String name, int operands, int level, int seed, long lines)
            throws IOException, NoSuchAlgorithmException {
        StreamType type = StreamType.testFloatTypes().apply(name).orElseThrow();
        CaseSequence cases = CaseSequence.of(level, seed, Collections.nCopies(operands, type.operands()));
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        long[] v = new long[3];
        try (LineWriter writer = new LineWriter(new DigestOutputStream(OutputStream.nullOutputStream(), sha256))) {
            for (long i = 0; i < lines; i++) {
                cases.next(v);
                for (int k = 0; k < operands; k++) {
                    writer.hex(v[k], type.hexDigits(), k == operands - 1 ? '\n' : ' ');
                }
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
