package org.bitexact.vectors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The usage messages of {@code testfloat_gen} and {@code testfloat_ver}. */
final class TestFloatUsage {

    private static final String GENERATOR_HEAD = """
            testfloat_gen [option ...] type [number] | function

            Writes test cases of a floating-point function, one a line, in hexadecimal:
            the operands, the result and the exception flags. With a type, the operands
            alone. Each argument may start with a hyphen; the last of two that disagree
            counts.

            Options ([] is the default):
              -help              print this text
              -prefix TEXT       start with the line TEXT
              -seed N            seed of the random operands [1]
              -level N           1: quick, 2: thorough [1]
              -n N               number of cases, not less than the level needs
              -forever           never end; level 2
              -sample N          about N cases, spread over those of the level
              -hard N            N cases that are hard to round, instead of the level's:
                                 halfway cases, cancellation, traps for double rounding,
                                 the boundaries of underflow and overflow
              -shard I/N         the I-th of N parts of the stream, I from 1
            """;

    private static final String VERIFIER_HEAD = """
            testfloat_ver [option ...] function

            Reads test cases as testfloat_gen writes them, with results from elsewhere, and
            reports results that are wrong. Each argument may start with a hyphen; the last
            of two that disagree counts.

            Options ([] is the default):
              -help              print this text
              -errors N          stop at N errors, 0 for never [20]
              -checkNaNs         NaN results must have the expected bits
              -checkInvInts      integers from invalid conversions must be the expected ones
              -checkAll          both
            """;

    private static final String COMMON_OPTIONS = """
              -rnear_even        round to nearest, ties to even [this one]
              -rnear_maxMag      round to nearest, ties away from zero
              -rminMag           round toward zero
              -rmin              round down
              -rmax              round up
              -rodd              round to odd; to an integer: toward zero
              -tininessbefore    detect underflow before rounding
              -tininessafter     detect underflow after rounding [this one]
              -exact             rounding to an integer raises inexact
              -notexact          it does not [this one]
              -specialize NAME   NaNs and invalid integers of 8086, 8086-SSE, RISCV,
                                 ARM-VFPv2 or ARM-VFPv2-defaultNaN [8086-SSE]
              -sat, -nosat       overflow of formats beyond f64: saturate, or not [-nosat]
              -precision32, -precision64, -precision80
                                 accepted, without effect
            """;

    private static final String TYPES = """
            Types: ui32 ui64 i32 i64 f16 bf16 f32 f64, and every other format by its name
            (tf32 e4m3 e5m2 e3m2 e2m3 e2m1 i8 u8 i4 ...). A float takes a number of operands.
            """;

    private static final String FUNCTIONS = """
            Functions:
              INT_to_FLOAT  FLOAT_to_INT  FLOAT_to_FLOAT  FLOAT_roundToInt
              FLOAT_add  FLOAT_sub  FLOAT_mul  FLOAT_mulAdd  FLOAT_div  FLOAT_rem  FLOAT_sqrt
              FLOAT_eq  FLOAT_le  FLOAT_lt  FLOAT_eq_signaling  FLOAT_le_quiet  FLOAT_lt_quiet
              FLOAT_mulAdd_FLOAT   a and b of the first format, c and the result of the other
            """;

    private TestFloatUsage() {}

    static String text(TestFloatProgram program) {
        return switch (program) {
            case GENERATOR -> GENERATOR_HEAD + COMMON_OPTIONS + "\n" + TYPES + "\n" + FUNCTIONS;
            case VERIFIER -> VERIFIER_HEAD + COMMON_OPTIONS + "\n" + FUNCTIONS;
        };
    }

    static void write(TestFloatProgram program, OutputStream out) throws IOException {
        out.write(text(program).getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
