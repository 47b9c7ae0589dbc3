// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.kind;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.body.BodyFormat;
import dev.stele.cli.facts.Inputs;
import dev.stele.cli.output.Json;
import dev.stele.client.Expect;
import dev.stele.client.Fact;
import dev.stele.client.FactKey;
import dev.stele.client.Keys;
import dev.stele.client.StoreClient;
import dev.stele.client.kind.KindPolicy;
import dev.stele.client.kind.KindPolicy.BodyType;
import dev.stele.client.kind.KindPolicy.LeaseLoss;
import dev.stele.client.kind.KindPolicy.WriteBudget;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele kind set}. */
@Command(
    name = "set",
    header = "Declare a kind, or change what it allows.",
    description = {
      "What no option names stays as it is; of a new kind it has its default. The store refuses a"
          + " policy that contradicts itself, or that the facts of the kind don't fit: fewer facts"
          + " than there are, or another type while there are any.",
      "A schema and a smaller body hold for writes from then on; facts that stand are left alone."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele kind set deploys --type json --max-facts 2000 --schema deploys.schema.json",
      "  stele kind set deploys --writes-per-second 50 --burst 200",
      "  stele kind set blobs --type bytes --max-body 262144",
      "  stele kind set config --max-facts 2000000",
      "  stele kind set claim --on-lease-loss retire"
    })
public final class KindSetCommand extends StoreCommand {
  /** Types that a kind of one's own can have. */
  enum Type {
    JSON(BodyType.JSON),
    BYTES(BodyType.BYTES);

    private final BodyType body;

    Type(BodyType body) {
      this.body = body;
    }
  }

  /** What can become of a fact whose lease ends. */
  enum Loss {
    DELETE(LeaseLoss.DELETE),
    MARK_LOST(LeaseLoss.MARK_LOST),
    RETIRE(LeaseLoss.RETIRE),
    IDLE(LeaseLoss.IDLE);

    private final LeaseLoss loss;

    Loss(LeaseLoss loss) {
      this.loss = loss;
    }

    /** As people write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Parameters(paramLabel = "NAME", description = "a-z, 0-9 and -, a letter first")
  private String name = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "json: each body is one JSON value. bytes: anything. A new kind needs it.")
  private @Nullable Type type;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      description = "The largest body, up to 262144 (default: 16384).")
  private @Nullable Integer maxBody;

  @Option(
      names = "--max-facts",
      paramLabel = "N",
      description = "How many facts there may be (default: 100000).")
  private @Nullable Long maxFacts;

  @ArgGroup(exclusive = false)
  private @Nullable Budget budget;

  @Option(names = "--no-budget", description = "No write budget any more.")
  private boolean noBudget;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "A JSON Schema that each body must fulfil when it is written.")
  private @Nullable String schemaFile;

  @Option(names = "--no-schema", description = "No schema any more.")
  private boolean noSchema;

  @Option(
      names = "--on-lease-loss",
      paramLabel = "WHAT",
      description =
          "What becomes of a fact when the lease that it is bound to ends: delete; mark-lost, of a"
              + " member (its default); retire or idle, of a claim (default: idle).")
  private @Nullable Loss onLeaseLoss;

  @Option(
      names = "--if-revision",
      paramLabel = "R",
      description = "Only if the policy stands at this mod revision.")
  private @Nullable Long revision;

  private Optional<String> schema = Optional.empty();

  /** How often the kind may be written. */
  static final class Budget {
    @Option(
        names = "--writes-per-second",
        paramLabel = "N",
        required = true,
        description = "Writes that the leader lets through, on average.")
    private int perSecond;

    @Option(
        names = "--burst",
        paramLabel = "N",
        description = "Writes at once (default: as many as a second's).")
    private @Nullable Integer burst;
  }

  /** For this terminal. */
  public KindSetCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    if (noBudget && budget != null) {
      throw CliException.badInput("--no-budget", "goes without --writes-per-second");
    }
    if (noSchema && schemaFile != null) {
      throw CliException.badInput("--no-schema", "goes without --schema");
    }
    if (schemaFile != null) {
      schema = Optional.of(Inputs.read(terminal(), "--schema", schemaFile));
    } else if (noSchema) {
      schema = Optional.of("");
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    FactKey<KindPolicy> key = Keys.kind(name);
    Optional<Fact<KindPolicy>> standing = await(client.facts().get(key)).fact();
    KindPolicy policy = changed(standing.map(Fact::body).orElseGet(this::fresh));
    Fact<KindPolicy> written = await(client.facts().put(key, policy, expect(standing)));
    if (isJson()) {
      print(Json.object().put("revision", written.modRevision()).put("kind", name));
    } else {
      print("revision " + written.modRevision());
    }
    return ExitCode.OK;
  }

  private KindPolicy fresh() {
    if (BodyFormat.isBuiltIn(name)) {
      return KindPolicy.builtIn();
    }
    if (type == null) {
      throw CliException.badInput("--type", "kind " + name + " is new: is it json or bytes?");
    }
    return KindPolicy.json();
  }

  /** Nobody else's change since the policy was read is overwritten. */
  private Expect expect(Optional<Fact<KindPolicy>> standing) {
    if (revision != null) {
      return Expect.revision(revision);
    }
    return standing
        .<Expect>map(fact -> Expect.revision(fact.modRevision()))
        .orElse(Expect.absent());
  }

  private KindPolicy changed(KindPolicy before) {
    KindPolicy policy = before;
    if (type != null) {
      policy = policy.withBodyType(type.body);
    }
    if (maxBody != null) {
      policy = policy.withMaxBodyBytes(maxBody);
    }
    if (maxFacts != null) {
      policy = policy.withMaxFacts(maxFacts);
    }
    if (budget != null) {
      policy =
          policy.withBudget(
              budget.burst == null
                  ? WriteBudget.perSecond(budget.perSecond)
                  : new WriteBudget(budget.perSecond, budget.burst));
    }
    if (noBudget) {
      policy = policy.withoutBudget();
    }
    if (onLeaseLoss != null) {
      policy = policy.withOnLeaseLoss(onLeaseLoss.loss);
    }
    return schema.isPresent() ? policy.withJsonSchema(schema.get()) : policy;
  }
}
