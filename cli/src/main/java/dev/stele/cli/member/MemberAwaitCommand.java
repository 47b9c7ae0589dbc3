// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.cli.output.Json;
import dev.stele.client.LeaseOptions;
import dev.stele.client.MemberInfo;
import dev.stele.client.MemberQuery;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.Member.Health;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele member await}. */
@Command(
    name = "await",
    header = "Wait until members are there.",
    description = {
      "Waits for the member NAME, or for --count members with all these labels, to fare as --health"
          + " says, and prints them. It follows a watch, and asks nothing again and again.",
      "Ends with 1 when they are not there in time, and with 3 when nobody could say."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele member await rack1/node7 --timeout 30s",
      "  stele member await --label zone=b --count 3 --wait 10m",
      "  stele member await rack1/node7 --health lost --wait 1h"
    })
public final class MemberAwaitCommand extends StoreCommand {
  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The member, without the kind. Not with --label and --count.")
  private @Nullable String name;

  @Mixin private Lookup lookup = new Lookup();

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "At least so many members (default: 1).")
  private @Nullable Integer count;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "How long to wait in all (default: --timeout).")
  private @Nullable Duration wait;

  private MemberQuery query = MemberQuery.all();

  /** For this terminal. */
  public MemberAwaitCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (name == null && count == null && !lookup.hasLabels()) {
      throw CliException.badInput("NAME", "wait for whom? Give a NAME, a --label or a --count");
    }
    if (name != null && (count != null || lookup.hasLabels())) {
      throw CliException.badInput("NAME", "goes without --label and --count");
    }
    if (count != null && count < 1) {
      throw CliException.badInput("--count", count + " is less than 1");
    }
    if (wait != null && wait.compareTo(LeaseOptions.MAX_DURATION) > 0) {
      throw CliException.badInput(
          "--wait", "longer than " + LeaseOptions.MAX_DURATION.toDays() + " days");
    }
    Set<Health> health = lookup.health();
    query =
        lookup.query(name == null ? "" : name, health.isEmpty() ? Set.of(Health.HEALTHY) : health);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    Duration longest = wait == null ? timeout() : wait;
    List<MemberInfo> found;
    try {
      found = await(client.members().await(query, this::enough, longest));
    } catch (TimeoutException late) {
      // Who is there is asked for, so that a store that is away is not told as a member that is.
      found = await(client.members().listAll(query));
      if (!enough(found)) {
        throw new CliException(Reason.NOT_FOUND, missing(found, longest), null);
      }
    }
    show(found.stream().filter(this::isMeant).toList());
    return ExitCode.OK;
  }

  /** The names behind a prefix are more than the one that was asked for. */
  private boolean isMeant(MemberInfo member) {
    return name == null || member.name().equals(name);
  }

  private boolean enough(List<MemberInfo> members) {
    return members.stream().filter(this::isMeant).count() >= (count == null ? 1 : count);
  }

  private String missing(List<MemberInfo> found, Duration longest) {
    String fare =
        query.health().stream()
            .map(health -> health.name().toLowerCase(Locale.ROOT))
            .sorted()
            .collect(Collectors.joining(" or "));
    String after = " after " + Durations.show(longest);
    return name == null
        ? found.size() + " of " + (count == null ? 1 : count) + " members are " + fare + after
        : "member/" + name + " is not " + fare + after;
  }

  private void show(List<MemberInfo> members) {
    if (!isJson()) {
      terminal().out().print(MemberView.table(members));
    } else if (name != null) {
      print(MemberView.json(members.get(0)));
    } else {
      ObjectNode document = Json.object();
      MemberView.addTo(document.putArray("members"), members);
      print(document);
    }
  }
}
