// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Table;
import dev.stele.client.AppliedQuery;
import dev.stele.client.AppliedReport;
import dev.stele.client.AppliedReport.State;
import dev.stele.client.AppliedReport.Watcher;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code stele applied}. */
@Command(
    name = "applied",
    header = "Wait until watchers have applied a revision, or tell who lags.",
    description = {
      "Asks all nodes for the named watchers that hang on them. Returns as soon as enough of them"
          + " have applied the revision, or as one that is needed has refused it; otherwise when"
          + " --timeout is over. A watcher that is away has not applied anything.",
      "Ends with 0 when it is applied, with 1 when somebody lags or has refused, and with 3 when a"
          + " node could not be asked, so that nobody can tell."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele applied --revision 42 --expect edge-1,edge-2 --timeout 30s",
      "  stele applied --revision 42 --selector desired/ --wait 90%%"
    })
public final class AppliedCommand extends StoreCommand {
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(%?)");

  @Option(
      names = "--revision",
      paramLabel = "R",
      required = true,
      description = "The revision that must have been applied.")
  private long revision;

  @Option(
      names = "--expect",
      paramLabel = "NAME,…",
      split = ",",
      description = "Watchers that count, heard of or not (default: all that are known).")
  private List<String> expected = List.of();

  @Option(
      names = "--selector",
      paramLabel = "PREFIX",
      description = "Only watchers that watch exactly this prefix.")
  private @Nullable String selector;

  @Option(
      names = "--wait",
      paramLabel = "all|N|P%%",
      defaultValue = "all",
      description = "How many of them are enough (default: all).")
  private String need = "all";

  private AppliedQuery query = AppliedQuery.of(1);

  /** For this terminal. */
  public AppliedCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    query = of("--revision", () -> AppliedQuery.of(revision));
    query = query.expecting(expected.toArray(String[]::new));
    if (selector != null) {
      String prefix = selector;
      query = of("--selector", () -> query.selector(Selector.prefix(prefix)));
    }
    query = of("--wait", this::enough);
  }

  private AppliedQuery enough() {
    if (need.equals("all")) {
      return query.all();
    }
    Matcher part = PART.matcher(need);
    if (!part.matches()) {
      throw new IllegalArgumentException("'" + need + "' is none of all, 3 and 90%");
    }
    int number = Integer.parseInt(part.group(1));
    return part.group(2).isEmpty() ? query.count(number) : query.percent(number);
  }

  private static AppliedQuery of(String option, Supplier<AppliedQuery> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException wrong) {
      throw CliException.badInput(option, String.valueOf(wrong.getMessage()));
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    AppliedReport report = await(client.cluster().awaitApplied(query));
    if (isJson()) {
      print(json(report));
    } else {
      printTable(report);
    }
    return switch (report.outcome()) {
      case APPLIED -> ExitCode.OK;
      case LAGGING, REFUSED -> ExitCode.REFUSED;
      case INCOMPLETE -> ExitCode.UNAVAILABLE;
    };
  }

  private ObjectNode json(AppliedReport report) {
    ObjectNode document =
        Json.object().put("revision", revision).put("outcome", report.outcome().name());
    ArrayNode watchers = document.putArray("watchers");
    for (Watcher watcher : report.watchers()) {
      ObjectNode each =
          watchers
              .addObject()
              .put("name", watcher.name())
              .put("state", watcher.state().name())
              .put("applied", watcher.applied())
              .put("connected", watcher.connected())
              .put("node", watcher.node())
              .put("incarnation", watcher.incarnation());
      if (watcher.refused() != 0) {
        each.put("refused", watcher.refused()).put("refusal", watcher.refusal());
      }
    }
    ArrayNode unheard = document.putArray("unheardNodes");
    report.unheardNodes().forEach(unheard::add);
    return document;
  }

  private void printTable(AppliedReport report) {
    long applied = report.watchers().stream().filter(it -> it.state() == State.APPLIED).count();
    print(
        "revision %d: %s; %d of %d watchers have applied it"
            .formatted(
                revision,
                report.outcome().name().toLowerCase(Locale.ROOT),
                applied,
                report.watchers().size()));
    if (!report.unheardNodes().isEmpty()) {
      print("could not ask " + String.join(", ", report.unheardNodes()));
    }
    if (report.watchers().isEmpty()) {
      return;
    }
    Table table = new Table("WATCHER", "STATE", "APPLIED", "NODE", "WHY");
    for (Watcher watcher : report.watchers()) {
      table.row(
          watcher.name(),
          watcher.state().name().toLowerCase(Locale.ROOT),
          watcher.applied() == 0 ? "-" : watcher.applied(),
          watcher.node().isEmpty() ? "-" : watcher.node(),
          why(watcher));
    }
    terminal().out().print(table.text());
  }

  private String why(Watcher watcher) {
    return switch (watcher.state()) {
      case APPLIED -> "";
      case REFUSED -> "refused " + watcher.refused() + ": " + watcher.refusal();
      case AWAY -> watcher.incarnation() == 0 ? "not heard of" : "its stream has ended";
      case LAGGING -> lag(watcher);
    };
  }

  private String lag(Watcher watcher) {
    if (watcher.applied() == 0) {
      return "has reported nothing";
    }
    long behind = revision - watcher.applied();
    return behind + (behind == 1 ? " revision" : " revisions") + " behind";
  }
}
