package org.bitexact.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.bitexact.format.FormatNames;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.CaseFunction;
import org.bitexact.vectors.StreamFunctions;
import org.bitexact.vectors.StreamType;
import org.bitexact.vectors.TestFloatException;
import org.bitexact.vectors.TestFloatGenerator;
import org.bitexact.vectors.TestFloatProgram;
import org.bitexact.vectors.TestFloatRequest;
import org.bitexact.vectors.TestFloatVerifier;

/**
 * The commands {@code gen} and {@code ver}: TestFloat's generator and verifier, with their own grammar, messages and exit
 * codes, for every format of the library.
 */
final class TestFloatCommand implements Program {
    /** How long an interrupted run may take to finish its case. */
    private static final long GRACE_SECONDS = 5;

    private final TestFloatProgram program;

    TestFloatCommand(TestFloatProgram program) {
        this.program = program;
    }

    @Override
    public int run(Io io, List<String> arguments) throws IOException {
        PrintStream out = new PrintStream(new BufferedOutputStream(io.out(), 1 << 16), false, StandardCharsets.UTF_8);
        TestFloatRequest request;
        try {
            request = TestFloatRequest.parse(program, arguments, StreamType.types(TestFloatCommand::format));
        } catch (TestFloatException e) {
            io.err().print(e.line() + "\n");
            io.err().flush();
            return 1;
        }
        CaseFunction function = request.function().isPresent()
                ? StreamFunctions.of(request, name -> format(name).orElseThrow())
                : (a, b, c, flags) -> 0;
        Interrupt interrupt = new Interrupt();
        try {
            return program == TestFloatProgram.GENERATOR
                    ? TestFloatGenerator.run(request, function, io.out(), io.err(), interrupt)
                    : TestFloatVerifier.run(request, function, io.in(), out, io.err(), interrupt);
        } finally {
            out.flush();
            interrupt.finished();
        }
    }

    private static Optional<ScalarFormat> format(String name) {
        return FormatNames.find(name).map(FormatNames.Resolved::format);
    }

    /**
     * Tells the stream to stop when the process is asked to end (SIGINT, SIGTERM), and lets it end at the boundary of a case,
     * with everything written so far flushed.
     */
    private static final class Interrupt implements BooleanSupplier {
        private final CountDownLatch done = new CountDownLatch(1);
        private final Thread hook = new Thread(this::stop, "stop");
        private volatile boolean stopped;

        Interrupt() {
            Runtime.getRuntime().addShutdownHook(hook);
        }

        @Override
        public boolean getAsBoolean() {
            return stopped;
        }

        private void stop() {
            stopped = true;
            try {
                if (done.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    Runtime.getRuntime().halt(0);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void finished() {
            if (!stopped) {
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // the process is ending: the hook waits for the line below
                }
            }
            done.countDown();
        }
    }
}
