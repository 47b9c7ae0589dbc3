// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.claim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.UnsignedArgument;
import dev.stele.cli.output.Json;
import dev.stele.cli.output.Printable;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.error.Reason;
import dev.stele.client.kind.Pool;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele claim pool}. */
@Command(
    name = "pool",
    header = "Define a pool of claims, change its rules, or show them.",
    description = {
      "Without options the rules are shown. With some, what no option names stays as it is; of a new"
          + " pool it has its default. Its range can be changed only while it has no claims.",
      "'stele delete pool/NAME' deletes a pool that has no claims any more."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele claim pool shards --on-loss idle --max-owned-per-owner 8",
      "  stele claim pool vms --on-loss retire",
      "  stele claim pool ports/web --numbers 8000-8999",
      "  stele claim pool nets --subnets 10.0.0.0/16/24",
      "  stele claim pool shards -o json"
    })
public final class ClaimPoolCommand extends StoreCommand {
  /** What can become of a claim whose owner is gone. */
  enum Loss {
    IDLE(Pool.Loss.IDLE),
    RETIRE(Pool.Loss.RETIRE);

    private final Pool.Loss loss;

    Loss(Pool.Loss loss) {
      this.loss = loss;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "NAME", description = "The pool, without the kind.")
  private String name = "";

  @Option(
      names = "--on-loss",
      paramLabel = "WHAT",
      description =
          "What becomes of a claim whose owner is gone: idle, the next one may have it (default);"
              + " retire, what was touched is never handed on.")
  private @Nullable Loss onLoss;

  @Option(
      names = "--max-owned",
      paramLabel = "N",
      converter = UnsignedArgument.class,
      description = "How many may be owned at a time; 0: all (default).")
  private @Nullable Long maxOwned;

  @Option(
      names = "--max-owned-per-owner",
      paramLabel = "N",
      converter = UnsignedArgument.class,
      description = "How many one owner may have; 0: all (default).")
  private @Nullable Long maxOwnedPerOwner;

  @ArgGroup private @Nullable RangeOptions range;

  private Optional<Pool.Range> wanted = Optional.empty();

  /** For this terminal. */
  public ClaimPoolCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    wanted = Optional.ofNullable(range).map(RangeOptions::range);
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    FactKey<Pool> key = Keys.pool(name);
    Optional<Fact<Pool>> standing = await(client.facts().get(key)).fact();
    if (onLoss == null && maxOwned == null && maxOwnedPerOwner == null && wanted.isEmpty()) {
      show(
          standing.orElseThrow(
              () -> new CliException(Reason.NOT_FOUND, "there is no pool/" + name, "pool")));
      return ExitCode.OK;
    }
    Pool pool = changed(standing.map(Fact::body).orElseGet(Pool::listed));
    // Nobody else's change since the rules were read is overwritten.
    Expect expect =
        standing.<Expect>map(fact -> Expect.revision(fact.modRevision())).orElse(Expect.absent());
    Fact<Pool> written = await(client.facts().put(key, pool, expect));
    if (isJson()) {
      print(Json.object().put("revision", written.modRevision()).put("pool", name));
    } else {
      print("revision " + written.modRevision());
    }
    return ExitCode.OK;
  }

  private Pool changed(Pool before) {
    return new Pool(
        onLoss == null ? before.onLoss() : onLoss.loss,
        maxOwned == null ? before.maxOwned() : maxOwned,
        maxOwnedPerOwner == null ? before.maxOwnedPerOwner() : maxOwnedPerOwner,
        wanted.orElse(before.range()));
  }

  private void show(Fact<Pool> fact) {
    Pool pool = fact.body();
    if (isJson()) {
      ObjectNode node = Json.object().put("pool", name).put("onLoss", pool.onLoss().name());
      node.set("maxOwned", Json.unsigned(pool.maxOwned()));
      node.set("maxOwnedPerOwner", Json.unsigned(pool.maxOwnedPerOwner()));
      range(pool.range(), node);
      print(node.put("revision", fact.modRevision()));
      return;
    }
    print("pool/" + Printable.of(name));
    print("  on loss              " + pool.onLoss().name().toLowerCase(Locale.ROOT));
    print("  max owned            " + gate(pool.maxOwned()));
    print("  max owned per owner  " + gate(pool.maxOwnedPerOwner()));
    print("  items                " + Printable.of(text(pool.range())));
    print("  revision             " + fact.modRevision());
  }

  private static void range(Pool.Range range, ObjectNode node) {
    if (range instanceof Pool.Numbers numbers) {
      ObjectNode object = node.putObject("numbers");
      object.set("first", Json.unsigned(numbers.first()));
      object.set("last", Json.unsigned(numbers.last()));
    } else if (range instanceof Pool.Addresses addresses) {
      node.putObject("addresses").put("first", addresses.first()).put("last", addresses.last());
    } else if (range instanceof Pool.Subnets subnets) {
      node.putObject("subnets")
          .put("network", subnets.network())
          .put("prefixLength", subnets.prefixLength());
    }
  }

  private static String gate(long limit) {
    return limit == 0 ? "all" : Long.toUnsignedString(limit);
  }

  private static String text(Pool.Range range) {
    if (range instanceof Pool.Numbers numbers) {
      return Long.toUnsignedString(numbers.first())
          + " to "
          + Long.toUnsignedString(numbers.last());
    }
    if (range instanceof Pool.Addresses addresses) {
      return addresses.first() + " to " + addresses.last();
    }
    if (range instanceof Pool.Subnets subnets) {
      return "networks of /" + subnets.prefixLength() + " in " + subnets.network();
    }
    return "those that are listed";
  }
}
