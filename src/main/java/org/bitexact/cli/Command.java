package org.bitexact.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A command whose options picocli reads. A subclass carries {@code @Command}, its options as annotated fields, and does
 * its work in {@link #run(Io)}.
 */
abstract class Command implements Program {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    /**
     * Does the work, once the options are read.
     *
     * @return an {@link ExitCode}
     */
    abstract int run(Io io) throws IOException;

    /** {@return the command as picocli sees it} */
    final CommandLine line() {
        CommandLine line = new CommandLine(this);
        line.setExpandAtFiles(false);
        line.setUsageHelpWidth(100);
        line.setUsageHelpLongOptionsMaxWidth(32);
        register(line, Rounding.class, Rounding::parse);
        register(line, InfinityRule.class, InfinityRule::parse);
        register(line, NanRule.class, NanRule::parse);
        register(line, NanSubstitute.class, NanSubstitute::parse);
        register(line, NegativeRule.class, NegativeRule::parse);
        register(line, ZeroRule.class, ZeroRule::parse);
        register(line, Tininess.class, Tininess::parse);
        register(line, Profile.class, Profile::parse);
        configure(line);
        return line;
    }

    /** Changes how picocli reads the arguments, where a command needs it. */
    void configure(CommandLine line) {}

    /** Reads the arguments and runs the command, or shows its help. */
    @Override
    public final int run(Io io, List<String> arguments) throws IOException {
        CommandLine line = line();
        try {
            line.parseArgs(arguments.toArray(new String[0]));
        } catch (ParameterException e) {
            throw new UsageException(explain(e));
        }
        if (line.isUsageHelpRequested()) {
            io.text().write(line.getUsageMessage(Help.Ansi.OFF).replace("\r\n", "\n"));
            return ExitCode.SUCCESS;
        }
        if (line.isVersionHelpRequested()) {
            io.text().write(Main.version());
            return ExitCode.SUCCESS;
        }
        return run(io);
    }

    /** Registers the parser of an option's type; its message reaches the user as it is. */
    static <T> void register(CommandLine line, Class<T> type, ITypeConverter<T> parser) {
        line.registerConverter(type, text -> {
            try {
                return parser.convert(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        });
    }

    private static String explain(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unknown(e.getCommandLine(), unmatched.getUnmatched().get(0));
        }
        // a misspelt option is the likely cause of a missing one
        List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
        if (e instanceof MissingParameterException && !unmatched.isEmpty()) {
            return unknown(e.getCommandLine(), unmatched.get(0));
        }
        String message = String.valueOf(e.getMessage());
        // "Invalid value for option '--rounding': rounding must be ...", "Missing required option: '--to=F'"
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    /** {@return the message about an argument that no option or parameter takes} */
    static String unknown(CommandLine line, String argument) {
        if (!argument.startsWith("-")) {
            return "unexpected argument " + Io.quoted(argument) + "; see --help";
        }
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        List<String> known = new ArrayList<>();
        for (OptionSpec option : line.getCommandSpec().options()) {
            known.addAll(List.of(option.names()));
        }
        String near = Suggestions.of(name, known);
        return "unknown option " + Io.quoted(name) + (near.isEmpty() ? "; see --help" : near);
    }
}
