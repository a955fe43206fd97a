package org.bitexact.vectors;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bitexact.format.FormatNames;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Cost of one line of a vector stream: operands, result and flags, as text, thrown away. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(StreamBenchmark.LINES)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class StreamBenchmark {
    static final int LINES = 100_000;

    /** The function of the stream. */
    @Param({"f16_mulAdd", "bf16_mulAdd", "f16_mulAdd_f32", "f32_to_e4m3", "f16_add"})
    public String function = "f16_mulAdd";

    private TestFloatRequest request = parse("f16_mulAdd");

    private static TestFloatRequest parse(String function) {
        try {
            return TestFloatRequest.parse(
                    TestFloatProgram.GENERATOR,
                    List.of("-forever", function),
                    StreamType.types(name -> FormatNames.find(name).map(FormatNames.Resolved::format)));
        } catch (TestFloatException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Parses the request. */
    @Setup
    public void prepare() {
        request = parse(function);
    }

    /** Lines. */
    @Benchmark
    public void lines() throws IOException, TestFloatException {
        int[] left = {LINES};
        CaseFunction compute =
                StreamFunctions.of(request, name -> FormatNames.scalar(name).format());
        TestFloatGenerator.generate(request, compute, OutputStream.nullOutputStream(), () -> left[0]-- == 0);
    }
}
