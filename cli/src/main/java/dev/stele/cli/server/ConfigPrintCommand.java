// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.ExitCode;
import dev.stele.cli.OutputOption;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.server.boot.config.LoadedConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stele config print}. */
@Command(
    name = "print",
    header = "Show the effective configuration, and where each value is from.",
    description =
        "Without --config: the defaults, with variables and --set. Secrets are masked. Exit code 2"
            + " and everything that is wrong, when it can't be used.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele config print --config config/server.yaml",
      "  stele config print --config node.yaml --set raft.election-timeout-max=1s"
    })
public final class ConfigPrintCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private OutputOption output = new OutputOption();

  @Mixin private ConfigOptions config = new ConfigOptions();

  /** For this terminal. */
  public ConfigPrintCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    LoadedConfig loaded = config.load(terminal);
    if (output.isJson()) {
      ObjectNode document = Json.object();
      ArrayNode values = document.putArray("values");
      for (LoadedConfig.Effective value : loaded.values()) {
        values
            .addObject()
            .put("key", value.key())
            .put("value", value.value())
            .put("origin", value.origin());
      }
      ArrayNode warnings = document.putArray("warnings");
      loaded.warnings().forEach(warnings::add);
      terminal.out().println(Json.write(document));
    } else {
      Table table = new Table("KEY", "VALUE", "FROM");
      for (LoadedConfig.Effective value : loaded.values()) {
        table.row(value.key(), value.value(), value.origin());
      }
      terminal.out().print(table.text());
      loaded.warnings().forEach(warning -> terminal.err().println("stele: warning: " + warning));
    }
    return ExitCode.OK;
  }
}
