package org.bitexact.cli;

import java.io.PrintStream;

/** Entry point of the command line. */
public final class Main {
    private static final String USAGE = "Usage: bitexact COMMAND [OPTIONS]%n       bitexact --help | --version%n";

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args command and its arguments
     */
    public static void main(String... args) {
        System.exit(run(System.out, System.err, args));
    }

    /** Exit codes: 0 success, 1 mismatches found, 2 usage, 3 input or output failure. */
    static int run(PrintStream out, PrintStream err, String... args) {
        String first = args.length == 0 ? "" : args[0];
        switch (first) {
            case "--help":
            case "-h":
                out.printf(USAGE);
                return 0;
            case "--version":
            case "-V":
                String version = Main.class.getPackage().getImplementationVersion();
                out.printf("bitexact %s%n", version == null ? "(unpackaged)" : version);
                return 0;
            case "":
                err.printf(USAGE);
                return 2;
            default:
                err.printf("bitexact: unknown command: %s%n" + USAGE, first);
                return 2;
        }
    }
}
