package org.bitexact.cli;

import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code completion}: a script with which a shell completes commands and options. */
@picocli.CommandLine.Command(
        name = "completion",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "completion",
        description = {
            "%nPrints a completion script for bash and zsh.%n",
            "  source <(bitexact completion)%n",
        })
final class CompletionCommand extends Command {
    @Override
    int run(Io io) throws IOException {
        CommandLine all = new CommandLine(CommandSpec.create().name("bitexact"));
        for (String name : Main.commandNames()) {
            all.addSubcommand(
                    name,
                    Main.program(name) instanceof Command command
                            ? command.line()
                            : new CommandLine(CommandSpec.create()));
        }
        io.text().write(AutoComplete.bash("bitexact", all).replace("\r\n", "\n"));
        return ExitCode.SUCCESS;
    }
}
