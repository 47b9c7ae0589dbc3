// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stele.cli.CliRun.Result;
import dev.stele.client.error.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

final class CliTest {
  private final CliRun cli = new CliRun();

  @Test
  void everyReasonHasACodeAndAnAdvice() {
    for (Reason reason : Reason.values()) {
      assertThat(ExitCode.of(reason)).isBetween(ExitCode.REFUSED, ExitCode.UNKNOWN);
      assertThat(Advice.on(reason)).endsWith(".");
    }
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (List<String> command : commands(Cli.commands(Terminal.system()))) {
      List<String> args = new ArrayList<>(command);
      args.add("--help");
      Result help = cli.run(args.toArray(String[]::new));
      assertThat(help.code()).as("%s", command).isZero();
      assertThat(help.out()).as("%s", command).contains("Usage: stele " + command.get(0));
      if (!help.out().contains("Commands:")) {
        assertThat(help.out()).as("%s", command).containsPattern("Examples?:\n  .*stele ");
      }
    }
  }

  @Test
  void theHelpOfTheWholeNamesTheExitCodes() {
    assertThat(cli.run("--help").out()).contains("4  it may have happened");
    assertThat(cli.run("help", "get").out()).contains("Usage: stele get");
    assertThat(cli.run("--version").out()).startsWith("stele ");
  }

  @Test
  void withoutACommandTheUsageIsShownAndTheCodeIsTwo() {
    Result result = cli.run();
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("Commands:").contains("which command?");
  }

  @Test
  void aSlipIsAnsweredWithWhatIsNear() {
    assertThat(cli.run("histroy", "a/b").err()).contains("did you mean history");
  }

  @Test
  void completionKnowsTheCommands() {
    assertThat(cli.run("completion").out()).contains("--keys-only").startsWith("#!");
    assertThat(cli.run("completion", "zsh").out()).startsWith("autoload -U +X bashcompinit");
  }

  @Test
  void aWrongConfigurationNamesEverythingThatIsWrong() {
    Result result =
        cli.run("config", "print", "--set", "node.idd=x", "--set", "http.listen=nowhere");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("did you mean node.id?").contains("http.listen");
    assertThat(cli.run("server", "--config", "/nonexistent").code()).isEqualTo(2);
    assertThat(cli.run("server").err()).contains("--config: is missing");
  }

  @Test
  void theConfigurationShowsWhereEachValueIsFrom(@TempDir java.nio.file.Path folder) {
    cli.environment.put("STELE_NODE_STOP_TIMEOUT", "7s");
    Result table = cli.in(folder).run("config", "print", "--set", "log.level=debug");
    assertThat(table.out())
        .containsPattern("node.stop-timeout +7s +environment STELE_NODE_STOP_TIMEOUT")
        .containsPattern("log.level +debug +--set");
    assertThat(cli.run("config", "print", "-o", "json").out())
        .startsWith(
            "{\"values\":[{\"key\":\"cluster.name\",\"value\":\"stele\",\"origin\":\"default\"}")
        .endsWith("\"warnings\":[]}\n");
  }

  @Test
  void theLaunchersVariablesAreNoSlipsOfTheConfigurations() {
    for (String name :
        List.of(
            "STELE_JAVA",
            "STELE_JAVA_OPTS",
            "STELE_SERVER_HEAP",
            "STELE_NO_BUILD",
            "STELE_LAUNCHER",
            "STELE_ENDPOINTS")) {
      cli.environment.put(name, "x");
    }
    assertThat(cli.run("config", "print")).extracting(Result::code).isEqualTo(0);
  }

  @Test
  void aFaultOfTheProgramIsNotMistakenForARefusal() {
    // Nothing is prepared, so the scripted store throws something that no command expects.
    Result result = cli.run("get", "desired/a");
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("a fault of this program");
  }

  private static List<List<String>> commands(CommandLine parent) {
    List<List<String>> all = new ArrayList<>();
    for (var entry : parent.getSubcommands().entrySet()) {
      if (entry.getValue().getCommand() instanceof HelpCommand) {
        continue;
      }
      all.add(List.of(entry.getKey()));
      for (List<String> below : commands(entry.getValue())) {
        List<String> path = new ArrayList<>(List.of(entry.getKey()));
        path.addAll(below);
        all.add(path);
      }
    }
    return all;
  }
}
