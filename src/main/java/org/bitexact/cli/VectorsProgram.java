package org.bitexact.cli;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code vectors}: packs of reference vectors; what follows says what to do with them. */
final class VectorsProgram implements Program {
    private static final List<String> ACTIONS = List.of("write", "verify", "list");

    @Override
    public int run(Io io, List<String> arguments) throws IOException {
        String action = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> rest = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
        switch (action) {
            case "--help", "-h" -> {
                io.text()
                        .write("Usage: bitexact vectors write FUNCTION [OPTIONS]\n"
                                + "       bitexact vectors verify PACK... [OPTIONS]\n"
                                + "       bitexact vectors list [DIRECTORY]\n\n"
                                + "Writes packs of reference vectors that say what they are, checks them, or answers to them,"
                                + " and\nlists them. 'bitexact vectors write --help' and so on explain each.\n");
                return ExitCode.SUCCESS;
            }
            case "--version", "-V" -> {
                io.text().write(Main.version());
                return ExitCode.SUCCESS;
            }
            default -> {
                io.program("bitexact vectors" + (ACTIONS.contains(action) ? " " + action : ""));
                Command command = command(action);
                if (command != null) {
                    return command.run(io, rest);
                }
                throw new UsageException(
                        action.isEmpty()
                                ? "an action is needed: write, verify or list"
                                : "unknown action " + Io.quoted(action) + Suggestions.of(action, ACTIONS)
                                        + "; write, verify and list are known");
            }
        }
    }

    /** {@return the command of an action, or null} */
    static @Nullable Command command(String action) {
        return switch (action) {
            case "write" -> new VectorsWriteCommand();
            case "verify" -> new VectorsVerifyCommand();
            case "list" -> new VectorsListCommand();
            default -> null;
        };
    }

    /** {@return the actions} */
    static List<String> actions() {
        return ACTIONS;
    }
}
