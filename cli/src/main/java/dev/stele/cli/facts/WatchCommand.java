// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.output.Durations;
import dev.stele.client.Selector;
import dev.stele.client.StoreClient;
import dev.stele.client.Watch;
import dev.stele.client.WatchBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele watch}. */
@Command(
    name = "watch",
    header = "Follow what becomes of the facts whose keys begin with a prefix.",
    description = {
      "Prints each change once, in order, a line each, and resumes by itself whatever becomes of"
          + " nodes. No PREFIX watches everything. It begins now, unless --from or --initial says"
          + " otherwise. If no node begins it within --timeout it ends with 3; from then on it goes"
          + " on for ever. It ends with 1 when what comes next is compacted.",
      "With -o json, PROGRESS lines say that everything through their revision was printed, and"
          + " facts of --initial are PUT lines of the revision that changed them last, marked as"
          + " initial and followed by a PROGRESS line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele watch desired/prod/",
      "  stele watch desired/ --initial -o json",
      "  stele watch --from 120 --count 10 --node 127.0.0.1:7410"
    })
public final class WatchCommand extends StoreCommand {
  @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "for instance desired/prod/")
  private String prefix = "";

  @ArgGroup private @Nullable Start start;

  /** One of them at most. */
  static final class Start {
    @Option(
        names = "--from",
        paramLabel = "REVISION",
        description = "Begin with the changes of this revision, until that is compacted.")
    private @Nullable Long from;

    @Option(names = "--initial", description = "Begin with all facts, at one revision.")
    private boolean initial;
  }

  @Option(names = "--prev", description = "Show the body as it was before, too.")
  private boolean previous;

  @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
  private @Nullable Long count;

  @Option(
      names = "--node",
      paramLabel = "HOST:PORT",
      description = "Ask this node only (default: whichever answers, another when that is lost).")
  private @Nullable String node;

  @Option(
      names = "--progress",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description =
          "How often a mark comes when nothing else does, 100ms to 1h (default: 10s). A node that is"
              + " silent for three times as long is left for another.")
  private Duration progress = Duration.ofSeconds(10);

  @Option(
      names = "--latest-only",
      description = "While behind, leave out what a later change of the same key has replaced.")
  private boolean latestOnly;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Be the watcher of this name, and report each revision as applied once printed.")
  private @Nullable String name;

  /** For this terminal. */
  public WatchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (start != null && start.from != null && start.from < 1) {
      throw CliException.badInput("--from", start.from + " is less than 1");
    }
    if (count != null && count < 1) {
      throw CliException.badInput("--count", count + " is less than 1");
    }
    if (progress.compareTo(WatchBuilder.MIN_PROGRESS) < 0
        || progress.compareTo(WatchBuilder.MAX_PROGRESS) > 0) {
      throw CliException.badInput(
          "--progress", Durations.show(progress) + " is not between 100ms and 1h");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    WatchPrinter printer =
        new WatchPrinter(
            terminal(),
            isJson(),
            new BodyViews(client),
            count == null ? Long.MAX_VALUE : count,
            name != null);
    Watch watch = builder(client).start(printer);
    printer.follow(watch);
    try {
      printer.begun().get(timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException never) {
      throw CliException.unavailable(
          "no node has begun the watch within "
              + Durations.show(timeout())
              + watch.status().cause().map(cause -> ": " + cause.getMessage()).orElse(""));
    }
    await(printer.done());
    return ExitCode.OK;
  }

  private WatchBuilder builder(StoreClient client) {
    Selector selector = prefix.isEmpty() ? Selector.all() : Selector.prefix(prefix);
    WatchBuilder watch = client.watch(selector).progressEvery(progress);
    if (start != null && start.initial) {
      watch.fromInitialState();
    } else if (start != null && start.from != null) {
      watch.from(start.from);
    }
    if (previous) {
      watch.withPrevious();
    }
    if (latestOnly) {
      watch.latestOnly();
    }
    return at(named(watch));
  }

  private WatchBuilder named(WatchBuilder watch) {
    try {
      return name == null ? watch : watch.named(name);
    } catch (IllegalArgumentException none) {
      throw CliException.badInput("--name", String.valueOf(none.getMessage()));
    }
  }

  private WatchBuilder at(WatchBuilder watch) {
    try {
      return node == null ? watch : watch.at(node);
    } catch (IllegalArgumentException none) {
      throw CliException.badInput("--node", String.valueOf(none.getMessage()));
    }
  }
}
