package org.bitexact.cli;

import java.io.IOException;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Policies;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convert}: values and codes of one format to codes of another, as text or raw. */
@picocli.CommandLine.Command(
        name = "convert",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "convert --from F --to F [OPTIONS]",
        sortOptions = false,
        description = {
            "%nConverts codes and numbers to codes of another format, rounding once.%n",
            "Text, one item a line: 0x and digits without p is a code of --from; anything else is a number, decimal"
                    + " (0.1, -1e-3) or hexadecimal (0x1.8p3), inf or nan, and goes to the target directly. Empty lines"
                    + " and lines that start with # are skipped. Prints 0x and the code in lower-case digits of fixed"
                    + " width.%n"
        },
        footer = {
            "%nExample:%n",
            "  printf '0.1\\n0x3f800000\\n' | bitexact convert --from f32 --to e4m3%n",
            "Exit codes: 0 success, 2 bad arguments or data, 3 input or output failed."
        })
final class ConvertCommand extends Command {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "F",
            description = "Format of the codes that are read: a name ('bitexact formats' lists them) or a spec file.")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "F", description = "Format converted to.")
    private String to = "";

    @Option(names = "--in", paramLabel = "FILE", description = "Read this file, not standard input.")
    private String in = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write this file, not standard output; it appears when it is complete.")
    private String out = "";

    @Option(
            names = "--raw",
            description =
                    "Read and write little-endian codes in their containers of 1, 2, 4 or 8 bytes: TF32 as binary32"
                            + " with the low 13 bits zero, codes of other widths in the low bits with zeros above.")
    private boolean raw;

    @Option(
            names = "--flags",
            description =
                    "After each code, the flags it raised as two digits: 10 invalid, 08 divide by zero, 04 overflow,"
                            + " 02 underflow, 01 inexact.")
    private boolean flags;

    @Mixin
    private PolicyOptions policyOptions = new PolicyOptions();

    @Override
    int run(Io io) throws IOException {
        Resolved source = FormatArgument.scalar(from, io);
        Resolved target = FormatArgument.scalar(to, io);
        Policies policies = policyOptions.policies(source.format(), target.format(), target.policies());
        Codec codec = Codec.of(target.format(), policies);
        long seed = policyOptions.seed();
        if (raw && flags) {
            throw new UsageException("--flags is for text: --raw writes codes alone");
        }
        Progress progress = new Progress(io);
        try (Streams.Reading input = io.open(in);
                OutputFile output = io.create(out)) {
            if (raw) {
                new RawConversion(source.format(), codec, seed).run(input, output.stream(), progress);
            } else {
                new TextConversion(source.format(), codec, seed, flags).run(input, output.stream(), progress);
            }
            output.commit();
        } finally {
            progress.end();
        }
        return ExitCode.SUCCESS;
    }
}
