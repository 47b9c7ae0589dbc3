// SPDX-License-Identifier: Apache-2.0
package dev.stele.cli.facts;

import dev.stele.cli.CliException;
import dev.stele.cli.ExitCode;
import dev.stele.cli.StoreCommand;
import dev.stele.cli.Terminal;
import dev.stele.cli.body.BodyFormat;
import dev.stele.cli.body.BodyFormat.BadBodyException;
import dev.stele.cli.output.Json;
import dev.stele.client.Expect;
import dev.stele.client.Keys;
import dev.stele.client.LeaseRef;
import dev.stele.client.PutOptions;
import dev.stele.client.StoreClient;
import dev.stele.client.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stele put}. */
@Command(
    name = "put",
    header = "Write a fact.",
    description = {
      "Writes a fact and prints the revision of the write.",
      "",
      "KEY is kind/name. The body of a built-in kind (desired, member, endpoint, claim, rollout,"
          + " config) is checked against its type. The body of a kind of your own is stored as it is"
          + " given; see 'stele kind'."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  stele put desired/prod/web --replicas 3",
      "  stele put desired/prod/web --json '{\"replicas\":5,\"paused\":true}' --if-revision 1",
      "  stele put config/web --file web.json --if-absent",
      "  stele put deploys/web --json '{\"image\":\"web:7\"}'",
      "  stele put desired/prod/web --replicas 5 --guard controllers/scheduler:41"
    })
public final class PutCommand extends StoreCommand {
  @Parameters(paramLabel = "KEY", description = "kind/name")
  private String key = "";

  @ArgGroup(multiplicity = "1")
  private Body body = new Body();

  @ArgGroup private @Nullable Condition condition;

  @Option(
      names = "--guard",
      paramLabel = "LEASE:TOKEN",
      converter = LeaseArgument.class,
      description = "Refuse unless this lease is held with this token. May be repeated.")
  private List<LeaseRef> guards = new ArrayList<>();

  @Option(
      names = "--lease",
      paramLabel = "LEASE:TOKEN",
      converter = LeaseArgument.class,
      description = "Bind the fact to this lease.")
  private @Nullable LeaseRef lease;

  private byte[] bytes = new byte[0];

  /** Where the body comes from. */
  static final class Body {
    @Option(names = "--json", paramLabel = "JSON", description = "The body, - for standard input.")
    private @Nullable String json;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description =
            "A file that holds the body, - for standard input: JSON, or of a kind of your own"
                + " whatever its type allows.")
    private @Nullable String file;

    @Option(
        names = "--replicas",
        paramLabel = "N",
        description = "The body {\"replicas\":N}, for keys of kind desired.")
    private @Nullable Integer replicas;
  }

  /** What must be so. */
  static final class Condition {
    @Option(
        names = "--if-revision",
        paramLabel = "R",
        description = "Only if the fact stands at this mod revision.")
    private @Nullable Long revision;

    @Option(names = "--if-absent", description = "Only if there is no such fact.")
    private boolean absent;
  }

  /** For this terminal. */
  public PutCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void prepare() {
    String kind = BodyFormat.kindOf(key);
    if (body.replicas != null) {
      if (!kind.equals("desired")) {
        throw CliException.badInput("--replicas", "only facts of kind desired have replicas");
      }
      if (body.replicas < 0) {
        throw CliException.badInput("--replicas", body.replicas + " is negative");
      }
      bytes = BodyFormat.replicas(body.replicas);
      return;
    }
    if (body.file != null && !BodyFormat.isBuiltIn(kind)) {
      bytes = Inputs.readBytes(terminal(), "--file", body.file);
      return;
    }
    String option = body.json != null ? "--json" : "--file";
    String source = body.json != null ? body.json : String.valueOf(body.file);
    boolean isText = body.json != null && !source.equals("-");
    try {
      bytes = BodyFormat.encode(kind, isText ? source : Inputs.read(terminal(), option, source));
    } catch (BadBodyException bad) {
      throw CliException.badInput(option, String.valueOf(bad.getMessage()));
    }
  }

  @Override
  protected int run(StoreClient client) throws Exception {
    PutOptions options = new PutOptions(expect(), Optional.ofNullable(lease), guards);
    Written written = await(client.facts().raw().put(Keys.raw(key), bytes, options));
    if (isJson()) {
      print(
          Json.object()
              .put("revision", written.revision())
              .put("key", key)
              .put("duplicate", written.duplicate()));
    } else {
      print("revision " + written.revision());
    }
    return ExitCode.OK;
  }

  private Expect expect() {
    if (condition != null && condition.revision != null) {
      return Expect.revision(condition.revision);
    }
    return condition != null && condition.absent ? Expect.absent() : Expect.anything();
  }
}
