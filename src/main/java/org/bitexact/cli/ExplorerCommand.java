package org.bitexact.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** {@code explorer}: a page for the browser that shows what formats are made of and how numbers are rounded to them. */
@picocli.CommandLine.Command(
        name = "explorer",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "explorer [--out FILE]",
        sortOptions = false,
        description = {
            "%nWrites one HTML page, complete in itself, for any browser: pick a format, set its bits, see fields, value"
                    + " and neighbours; type a number and see what each rounding mode and overflow policy makes of it.%n"
        },
        footer = {"%nExample:%n", "  bitexact explorer --out explorer.html"})
final class ExplorerCommand extends Command {
    @Option(names = "--out", paramLabel = "FILE", description = "The page; standard output if absent.")
    private String out = "";

    @Override
    int run(Io io) throws IOException {
        try (OutputFile file = io.create(out)) {
            file.stream().write(ExplorerPage.html().getBytes(StandardCharsets.UTF_8));
            file.commit();
        }
        return ExitCode.SUCCESS;
    }
}
