// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stele completion}. */
@Command(
    name = "completion",
    header = "Print a completion script for bash or zsh.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(stele completion bash)",
      "  source <(stele completion zsh)        # after: autoload -Uz compinit && compinit"
    })
public final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "SHELL", arity = "0..1", description = "${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.bash;

  /** Whose completion. */
  enum Shell {
    bash,
    zsh
  }

  /** For this terminal. */
  public CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (shell == Shell.zsh) {
      // The script is bash's; zsh reads it with this.
      terminal.out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    terminal.out().print(AutoComplete.bash("stele", Cli.commands(terminal)));
    return ExitCode.OK;
  }
}
